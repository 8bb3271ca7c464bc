import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fromBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ACCOUNTS, type Account } from "../../ops/portal/people.ts";
import { signInAtPortal } from "../../ops/portal/sign-in.ts";
import { BUILT_SCREENS } from "../../ops/screens/build.ts";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../../ops/trial/connect.ts";
import { replicated } from "../../ops/trial/links.ts";
import { ISSUERS, USER } from "../../ops/trial/plan.ts";
import type { TrialPortal } from "../../ops/trial/portal.ts";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { CreatePresentationResponseSchema } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import type { Connector } from "../../services/client/index.ts";
import type { ScreensScene } from "./scene.ts";
import { expectAccessible, type Watched } from "./watched.ts";

/** Script and styles of the page before a face is asked for, compressed as old browsers take them. */
const MOST_BYTES = 100 << 10;

/** What a holder does at `/mine/` of 岭海, signed in at the trial's portal. */
export function mineTests(scene: () => ScreensScene): void {
  const licence = readCatalogFiles().find((file) => file.name === "营业执照") as CatalogFile;
  const company = licence.example.holders[0]?.name ?? "";
  const yunfan = ACCOUNTS.find(({ account }) => account === "yunfan") as Account;
  let portal: TrialPortal;
  let user: Connector;
  let issued: Certificate;

  beforeAll(async () => {
    const { trial } = scene();
    portal = trial.portal as TrialPortal;
    const issuer = connect(trial, ISSUERS[0]?.appKey ?? "", trial.cores.linghai);
    await issuer.issuing.make(orderFrom(licence, "mine-1"));
    issued = await issuer.issuing.issue("mine-1");
    issuer.close();
    user = connect(trial, USER.appKey, trial.cores.pengwan);
    await replicated(trial, trial.cores.linghai);
  }, 60_000);
  afterAll(() => user?.close());

  async function open(): Promise<Watched> {
    const page = await scene().anybody(portal.url);
    await page.goto(`${scene().origin}/mine/`);
    return page;
  }
  /** The portal remembers who has signed in there: it asks the first time. */
  async function signedIn(): Promise<Watched> {
    const page = await open();
    await page.getByRole("button", { name: "实名登录" }).click();
    const list = page.getByRole("heading", { name: "证照", level: 2 });
    const account = page.getByLabel("账户");
    await list.or(account).waitFor();
    if (await account.isVisible()) {
      await account.fill(yunfan.account);
      await page.getByLabel("密码").fill(yunfan.password);
      await page.getByRole("button", { name: "登录" }).click();
    }
    await list.waitFor();
    return page;
  }
  const openIssued = (page: Watched) => page.getByRole("link", { name: issued.number }).click();

  test("5.5.2: a holder signs in at the portal's provider, and finds the certificates, what one says, its face and its file", async () => {
    const page = await open();
    await expectAccessible(page);
    await page.close();
    const mine = await signedIn();
    // A code is good once, and stays neither in the address nor in the history.
    expect(new URL(mine.url()).search).toBe("");
    await expectAccessible(mine);
    await openIssued(mine);
    await mine.getByRole("heading", { name: "营业执照", level: 2 }).waitFor();
    await mine.getByText("✔ 有效").waitFor();
    await mine.getByRole("term").filter({ hasText: "法定代表人" }).waitFor();
    await mine.getByRole("definition").getByText(company).or(mine.getByText(company)).first().waitFor();
    await mine.getByRole("button", { name: "看证面" }).click();
    await mine.getByRole("img", { name: /证面 营业执照 .*统一社会信用代码/ }).waitFor();
    await expectAccessible(mine);
    const kept = mine.waitForEvent("download");
    await mine.getByRole("button", { name: "保存 PDF" }).click();
    expect(
      readFileSync(await (await kept).path())
        .subarray(0, 5)
        .toString(),
    ).toBe("%PDF-");
    await mine.getByRole("button", { name: "English" }).click();
    await mine.getByRole("link", { name: "Uses" }).waitFor();
    await mine.getByRole("button", { name: "中文" }).click();
    await mine.close();
  });

  test("5.5.2, 5.9.5: what is shown is chosen, its code counts down and is told as redeemed; the use stands in the list", async () => {
    const page = await signedIn();
    await openIssued(page);
    await page.getByRole("link", { name: "亮证" }).click();
    await page.getByRole("checkbox", { name: "名称" }).check();
    await expectAccessible(page);
    const answered = page.waitForResponse(/CreatePresentation$/);
    await page.getByRole("button", { name: "生成亮证码" }).click();
    const { text } = fromBinary(CreatePresentationResponseSchema, await (await answered).body());
    await page.getByRole("img", { name: "亮证码" }).waitFor();
    await page.getByText(/^\d+ 秒后失效$/).waitFor();
    await expectAccessible(page);
    const redeemed = await user.use(contextFor(licence, "mine-case", new Date())).redeem(text);
    expect(redeemed.data).toEqual({ name: company });
    await page.getByRole("status").getByText("已被核验").waitFor();
    await page.getByRole("button", { name: "亮证" }).click();
    await page.getByRole("button", { name: "生成亮证码" }).click();
    await page.getByRole("button", { name: "作废这个码" }).click();
    await page.getByRole("status").getByText("已作废").waitFor();
    await page.getByRole("link", { name: "使用记录" }).click();
    const use = page.getByRole("listitem").filter({ hasText: "亮证核验" }).first();
    await use.getByText(USER.code).waitFor();
    await use.getByText("name", { exact: true }).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("a token that has run out leads to signing in, and back to the same place; another account's certificate is unknown", async () => {
    const page = await scene().anybody(portal.url);
    await page.clock.install();
    await page.goto(`${scene().origin}/mine/#/uses`);
    await page.getByRole("button", { name: "实名登录" }).click();
    await page.getByRole("heading", { name: "使用记录" }).waitFor();
    await page.clock.fastForward("10:00");
    await page.getByRole("link", { name: "证照", exact: true }).click();
    await page.getByText("登录已到期").waitFor();
    await page.getByRole("button", { name: "实名登录" }).click();
    await page.getByRole("heading", { name: "证照", level: 2 }).waitFor();
    await page.goto(`${scene().origin}/mine/#/certificate/${issued.identifier.slice(0, -1)}`);
    await page.getByRole("alert").getByText("编号").waitFor();
    await page.close();
  });

  test("in a frame of the portal its token is handed over, and no other origin may show the page", async () => {
    const page = await scene().anybody(portal.url);
    // A page that the test answers in the portal's place comes from no network: to the browser it is a public one, which may not frame what runs on this machine.
    await page.context().grantPermissions(["local-network-access"]);
    const { origin, trial } = scene();
    const token = await signInAtPortal(portal.url, readFileSync(trial.files.root, "utf8"), yunfan);
    const frame = (
      told: string,
    ) => `<!doctype html><iframe src="${origin}/mine/" width="800" height="800"></iframe><script>
      addEventListener("message", ({ source, origin, data }) => {
        if (data.type === "ecert-token-wanted") source.postMessage({ type: "ecert-token", access_token: "${told}", expires_in: 300 }, origin);
      });</script>`;
    const served = (body: string) => ({ contentType: "text/html", body });
    await page.route(`${portal.url}/framed`, (route) => route.fulfill(served(frame(token))));
    await page.goto(`${portal.url}/framed`);
    const framed = page.frameLocator("iframe");
    await framed.getByRole("heading", { name: "证照", level: 2 }).waitFor();
    await framed.getByRole("link", { name: issued.number }).waitFor();
    await page.route(`${origin}/foreign`, (route) => route.fulfill(served(frame(token))));
    const refused = page.waitForEvent("console", { predicate: (one) => one.text().includes("frame-ancestors") });
    await page.goto(`${origin}/foreign`);
    await refused;
    await page.context().clearPermissions();
    await page.close();
  });

  test("the page is at most 100 KB of script and styles, compressed, before a face is asked for", async () => {
    const page = await scene().anybody(portal.url);
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    await page.goto(`${scene().origin}/mine/`);
    await page.getByRole("button", { name: "实名登录" }).waitFor();
    const assets = loaded.filter((path) => path.startsWith("/assets/"));
    const sizes = assets.map((path) => gzipSync(readFileSync(join(BUILT_SCREENS, path))).length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    console.info(`/mine/: ${assets.length} files, ${bytes} bytes`);
    expect(assets.length).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(MOST_BYTES);
    await page.close();
  });
}
