import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainAgent } from "../../ops/trial/sign-in.ts";
import { httpsFetch } from "../../services/base/https-fetch.ts";
import { readSandboxReport } from "../../services/trust/sandbox-report.ts";
import { codeFrom } from "../fixtures/authenticator.ts";
import { type OpenedBrowser, openBrowser } from "./browser.ts";
import { openScreensSandbox, type ScreensSandbox, WATCHER } from "./sandbox-node.ts";
import { savedFile } from "./saved-file.ts";
import { signInWhereAsked } from "./scene.ts";
import { expectAccessible, type Watched, watched } from "./watched.ts";

let sandbox: ScreensSandbox;
let browser: OpenedBrowser;
beforeAll(async () => {
  sandbox = await openScreensSandbox();
  browser = await openBrowser({ caFile: sandbox.caFile, key: sandbox.key });
});
afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
});

/** The department's system calls the sandbox over Connect; resolves to the status. */
async function calls(path: string, body: object, token?: string) {
  const ca = readFileSync(sandbox.caFile, "utf8");
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const options = { timeoutMs: 10_000, maxBytes: 1 << 20, ca, agent: plainAgent(ca) };
  const answer = await httpsFetch(`${sandbox.origin}/${path}`, init, options);
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

/** Its administrator at the console. */
async function administrator(): Promise<Watched> {
  const page = watched(await browser.context.newPage(), sandbox.origin);
  await page.goto(`${sandbox.origin}/console/`);
  await signInWhereAsked(page);
  return page;
}

test("6.2.4.1, 6.2.4.3: at a sandbox each step stands on a page of its own as soon as a system has done it, with the call by which it did, what is lacking for which opening, and the signed report to download", async () => {
  const page = await administrator();
  await page.getByRole("link", { name: "沙箱检测", exact: true }).click();
  await page.getByText(sandbox.appKey).waitFor();
  await expectAccessible(page);
  await page.getByRole("link", { name: "审批系统" }).click();
  await page.getByRole("status").getByText("沙箱还没有收到该系统的调用").waitFor();
  const { body } = await calls("ecert.identity.v1.TokenService/IssueAccessToken", {
    appKey: sandbox.appKey,
    appSecret: sandbox.secret,
  });
  const refused = await calls("ecert.usage.v1.UsageService/VerifyCertificate", { usageCode: "0" }, body.accessToken);
  expect(refused.status).toBe(400);
  // Without a reload: the page asks again by itself.
  const steps = page.getByRole("region", { name: "检测步骤" });
  const step = steps.getByRole("listitem").filter({ hasText: "收到一次业务拒绝" });
  await step.getByText(/已完成 1 次.*UsageService\/VerifyCertificate，结果 INVALID_FIELD/).waitFor();
  await steps.getByText("还缺：签发一份证照、换发一份证照、注销一份证照").waitFor();
  await steps.getByText("还缺：用证一次").waitFor();
  await page.getByRole("row", { name: /UsageService\/VerifyCertificate INVALID_FIELD/ }).waitFor();
  await expectAccessible(page);
  const saved = await savedFile(page.getByRole("button", { name: "下载检测报告" }));
  const key = createPublicKey(sandbox.publicKey);
  const report = readSandboxReport(saved, (_, signed, signature) => verify(null, signed, key, signature));
  expect(report).toMatchObject({ app: sandbox.appKey, done: [{ step: "refused" }] });
  await page.close();
});

test("5.9.2: where a node has passwords, one is reset on screen and shown once; its owner chooses another with a second factor, and signs in at the page for that without a certificate key", async () => {
  const page = await administrator();
  await page.goto(`${sandbox.origin}/console/people/accounts/${WATCHER.id}`);
  await page.getByRole("button", { name: "重置密码" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "重置密码" }).click();
  const startPassword = (await page.locator("[data-secret]").textContent()) ?? "";
  await expectAccessible(page);
  await page.getByRole("button", { name: "已妥善保存，不再显示" }).click();
  await page.locator("[data-secret]").waitFor({ state: "detached" });
  await page.close();
  const [account, password] = [WATCHER.id, "kettle frozen bishop tango"];
  const service = "ecert.identity.v1.PasswordService";
  const { body } = await calls(`${service}/EnrolSecondFactor`, { account, startPassword });
  const uri = body.otpauthUri ?? "";
  const chosen = { account, startPassword, code: codeFrom(uri, new Date()), newPassword: password };
  expect((await calls(`${service}/ActivatePassword`, chosen)).status).toBe(200);
  const own = await openBrowser({ caFile: sandbox.caFile });
  try {
    const entry = watched(await own.context.newPage(), sandbox.origin);
    await entry.goto(`${sandbox.origin}/session`);
    // The one style that the page's policy allows.
    expect(await entry.evaluate("getComputedStyle(document.querySelector('main')).maxWidth")).toBe("448px");
    await expectAccessible(entry, "sign-in");
    await entry.getByRole("link", { name: "English" }).click();
    await entry.getByRole("button", { name: "Sign in with the password" }).waitFor();
    await expectAccessible(entry, "english");
    await entry.getByRole("link", { name: "中文" }).click();
    await entry.getByRole("button", { name: "用密码登录" }).waitFor();
    await entry.getByLabel("账户").fill(account);
    await entry.getByLabel("密码").fill("not the password of anybody");
    await entry.getByLabel("动态口令").fill("000000");
    await entry.getByRole("button", { name: "用密码登录" }).click();
    await entry.getByRole("heading", { name: "Cannot sign in" }).waitFor();
    await expectAccessible(entry, "refused");
    await entry.getByRole("link", { name: "重新登录" }).click();
    await entry.getByLabel("账户").fill(account);
    await entry.getByLabel("密码").fill(password);
    // Each step of the second factor counts once.
    await entry.getByLabel("动态口令").fill(codeFrom(uri, new Date(), 1));
    await entry.getByRole("button", { name: "用密码登录" }).click();
    await entry.getByText(`${WATCHER.name} · 监督检查`).waitFor();
    await entry.goto(`${sandbox.origin}/session?lang=en`);
    await entry.getByRole("heading", { name: "Signed in" }).waitFor();
    await expectAccessible(entry, "signed-in");
  } finally {
    await own.close();
  }
});
