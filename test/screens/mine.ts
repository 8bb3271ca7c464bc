import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fromBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ACCOUNTS, type Account } from "../../ops/portal/people.ts";
import { signInAtPortal } from "../../ops/portal/sign-in.ts";
import { BUILT_SCREENS } from "../../ops/screens/build.ts";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { contextFor, orderFrom } from "../../ops/trial/connect.ts";
import { replicated } from "../../ops/trial/links.ts";
import { MAKER } from "../../ops/trial/people.ts";
import { ISSUERS, PENGWAN, USER } from "../../ops/trial/plan.ts";
import type { TrialPortal } from "../../ops/trial/portal.ts";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { CreatePresentationResponseSchema } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import type { Connector } from "../../services/client/index.ts";
import { readQr } from "../document/qr-reader.ts";
import { CALL_ID, PATIENT } from "./patient.ts";
import { savedFile } from "./saved-file.ts";
import type { ScreensScene } from "./scene.ts";
import { systemOf } from "./system.ts";
import { expectAccessible, type Watched } from "./watched.ts";

/** Script and styles of the page before a face is asked for, compressed as old browsers take them. */
const MOST_BYTES = 100 << 10;

/** All that a page has stored, as a text; read in the page. */
const KEPT_IN_BROWSER = `(async () => {
  const read = async (look) => JSON.stringify(await Promise.resolve().then(look).catch(({ name }) => name));
  const stored = [await read(() => ({ ...localStorage })), await read(() => ({ ...sessionStorage })), await read(() => document.cookie)];
  return [...stored, await read(() => indexedDB.databases()), await read(() => location.href), "looked through"].join();
})()`;

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
    const issuer = systemOf(trial, ISSUERS[0]?.appKey);
    await issuer.issuing.make(orderFrom(licence, "mine-1"));
    issued = await issuer.issuing.issue("mine-1");
    issuer.close();
    user = systemOf(trial, USER.appKey, trial.cores.pengwan);
    await replicated(trial, trial.cores.linghai);
  });
  afterAll(() => user?.close());

  async function open(): Promise<Watched> {
    const page = await scene().anybody(portal.url);
    await page.goto(`${scene().origin}/mine/`);
    return page;
  }
  /** The portal remembers who has signed in there: it asks the first time. */
  async function signedIn(): Promise<Watched> {
    const page = await open();
    await pass(page, yunfan);
    return page;
  }
  async function pass(page: Watched, person: Account): Promise<void> {
    await page.getByRole("button", { name: "实名登录" }).click();
    const list = page.getByRole("heading", { name: "证照", level: 2 });
    const account = page.getByLabel("账户");
    await list.or(account).waitFor();
    if (await account.isVisible()) {
      await account.fill(person.account);
      await page.getByLabel("密码").fill(person.password);
      await page.getByRole("button", { name: "登录" }).click();
    }
    await list.waitFor();
  }
  const openIssued = (page: Watched) => page.getByRole("link", { name: issued.number }).click();

  test("5.5.2: a holder signs in at the portal's provider, and finds the certificates, what one says, its face and its file, whose code the verification page finds as good as any other's", async () => {
    const page = await open();
    await expectAccessible(page);
    await page.close();
    const mine = await open();
    const [asked, redeemed] = [mine.waitForRequest(/\/auth\?/), mine.waitForRequest(/\/token$/)];
    await pass(mine, yunfan);
    // A code that somebody reads on its way is good for nothing without what this tab alone knows (RFC 7636).
    const { searchParams } = new URL((await asked).url());
    expect(searchParams.get("code_challenge_method")).toBe("S256");
    const verifier = new URLSearchParams((await redeemed).postData() ?? "").get("code_verifier") ?? "";
    expect(searchParams.get("code_challenge")).toBe(createHash("sha256").update(verifier).digest("base64url"));
    // A code is good once, and stays neither in the address nor in the history.
    expect(new URL(mine.url()).search).toBe("");
    await mine.getByRole("link", { name: issued.number }).getByText(`${company}（914`).waitFor();
    await expectAccessible(mine, "list");
    // Nor is the token that came by signing in here kept anywhere but in memory; tokens begin so.
    expect(await mine.evaluate<string>(KEPT_IN_BROWSER)).not.toMatch(/eyJ|SecurityError/);
    const field = mine.getByRole("searchbox", { name: "按证照名称、证照编号或颁发机构查找" });
    await field.fill("没有这样的证照");
    await field.press("Enter");
    await mine.getByRole("status").getByText("没有符合条件的证照").waitFor();
    await field.fill(issued.number);
    await mine.getByRole("button", { name: "查找证照" }).click();
    await mine.getByRole("link", { name: issued.number }).waitFor();
    expect(mine.url()).not.toContain(issued.number);
    await openIssued(mine);
    await mine.getByRole("heading", { name: "营业执照", level: 2 }).waitFor();
    await mine.getByText("✔ 有效").waitFor();
    await mine.getByText("持证主体", { exact: true }).waitFor();
    await mine.getByRole("term").filter({ hasText: "法定代表人" }).waitFor();
    await mine.getByRole("definition").getByText(company).or(mine.getByText(company)).first().waitFor();
    // On a screen as sharp as a phone's, where the code on the face is large enough to be read from a picture of it.
    const lens = await mine.context().newCDPSession(mine);
    const screen = { width: 1440, height: 900, deviceScaleFactor: 3, mobile: false };
    await lens.send("Emulation.setDeviceMetricsOverride", screen);
    await mine.getByRole("button", { name: "看证面" }).click();
    const face = mine.getByRole("img", { name: /证面 营业执照 .*统一社会信用代码/ });
    await face.waitFor();
    const shown = await face.screenshot();
    await lens.detach();
    await expectAccessible(mine);
    const kept = await savedFile(mine.getByRole("button", { name: "保存 PDF" }));
    expect(kept.subarray(0, 5).toString()).toBe("%PDF-");
    await mine.getByRole("button", { name: "English" }).click();
    await mine.getByRole("link", { name: "Uses" }).waitFor();
    await mine.getByRole("button", { name: "中文" }).click();
    // Whoever is shown the face, on this page or as the file, finds the same at the verification page.
    await mine.goto(`${scene().origin}/verify/`);
    for (const [name, mimeType, buffer] of [
      ["证面.png", "image/png", shown],
      ["证照.pdf", "application/pdf", kept],
    ] as const) {
      await mine.getByLabel("选择图片或 PDF").setInputFiles({ name, mimeType, buffer });
      await mine.getByRole("heading", { name: "二维码真实，所述证照未被注销、暂扣或换发", level: 2 }).waitFor();
      await mine.getByText(issued.number).first().waitFor();
      await mine.getByRole("button", { name: "再验一份" }).click();
    }
    await mine
      .getByLabel("证照文件", { exact: true })
      .setInputFiles({ name: "证照.pdf", mimeType: "application/pdf", buffer: kept });
    await mine.getByRole("button", { name: "验证文件" }).click();
    await mine.getByRole("heading", { name: "真实有效", level: 2 }).waitFor();
    await mine.close();
  });

  test("5.5.2: a person finds the own certificates, none of the company for which the same person acts, and what one says", async () => {
    const deed = readCatalogFiles().find(({ name }) => name === "不动产权证书") as CatalogFile;
    const own = systemOf(scene().trial, ISSUERS[1]?.appKey);
    const person = ACCOUNTS.find(({ account }) => account === "lishiyan") as Account;
    const { name, number: code } = person;
    await own.issuing.make({ ...orderFrom(deed, "mine-2"), holders: [{ name, code, codeType: "111" }] });
    const { number } = await own.issuing.issue("mine-2");
    own.close();
    const page = await open();
    // Who has signed in at the portal before is forgotten there, and so is this one afterwards.
    await page.context().clearCookies();
    await pass(page, person);
    await page.getByRole("link", { name: number }).getByText(`${name}（440`).waitFor();
    expect(await page.getByRole("link", { name: issued.number }).count()).toBe(0);
    await page.getByRole("link", { name: number }).click();
    await page.getByRole("heading", { name: deed.name, level: 2 }).waitFor();
    await page.getByText("✔ 有效").waitFor();
    await page.getByRole("term").filter({ hasText: "坐落" }).waitFor();
    await page.getByText(String(deed.example.data.location)).first().waitFor();
    await expectAccessible(page);
    await page.context().clearCookies();
    await page.close();
  });

  test("5.5.2, 5.9.5: what is shown is chosen, its code counts down and is told as redeemed; the use stands in the list", async () => {
    const page = await signedIn();
    await openIssued(page);
    await page.getByRole("link", { name: "亮证" }).click();
    await page.getByRole("checkbox", { name: "名称" }).check();
    await expectAccessible(page);
    const [answered] = await Promise.all([
      page.waitForResponse(/CreatePresentation$/),
      page.getByRole("button", { name: "生成亮证码" }).click(),
    ]);
    const { text } = fromBinary(CreatePresentationResponseSchema, await answered.body());
    await page.getByRole("img", { name: "亮证码" }).waitFor();
    await page.getByText(/^\d+ 秒后失效$/).waitFor();
    // An officer's reader sees the page, not the picture, at any width of the screen; a quarter of its side is the margin that readers need.
    const directory = mkdtempSync(join(tmpdir(), "ecert-mine-"));
    try {
      for (const width of [1440, 768, 390]) {
        await page.setViewportSize({ width, height: 844 });
        const picture = join(directory, `${width}.png`);
        await page.screenshot({ path: picture });
        expect([width, await readQr(picture)]).toEqual([width, text]);
        const { width: side = 0 } = (await page.getByRole("img", { name: "亮证码" }).boundingBox()) ?? {};
        expect(side).toBeGreaterThanOrEqual(310);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
    const shown = await page.getByRole("img", { name: "亮证码" }).screenshot();
    await expectAccessible(page, "code");
    const redeemed = await user.use(contextFor(licence, "mine-case", new Date())).redeem(text);
    expect(redeemed.data).toEqual({ name: company });
    await page.getByRole("status").getByText("已被核验").waitFor();
    await page.getByRole("button", { name: "亮证" }).click();
    await page.getByRole("button", { name: "生成亮证码" }).click();
    await page.getByRole("button", { name: "作废这个码" }).click();
    await page.getByRole("status").getByText("已作废").waitFor();
    const elsewhere = user.use(contextFor(licence, "mine-elsewhere", new Date()));
    await elsewhere.extract(issued.identifier, ["name"]);
    await page.getByRole("link", { name: "使用记录" }).click();
    // An officer of another city has used it: its holder sees here who, where and why.
    const far = page.getByRole("listitem").filter({ hasText: PENGWAN.name }).filter({ hasText: "读取数据" }).first();
    await far.getByText(USER.name).waitFor();
    await far.getByText("营业执照", { exact: true }).waitFor();
    const use = page.getByRole("listitem").filter({ hasText: "亮证核验" }).first();
    await use.getByText(USER.code).waitFor();
    // By what people call them, not by the names of the contract.
    await use.getByText("营业执照", { exact: true }).waitFor();
    await use.getByText("名称", { exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByLabel("至", { exact: true }).fill("2000-01-01");
    await page.getByRole("button", { name: "查看记录" }).click();
    await page.getByRole("status").getByText("这些天没有使用记录").waitFor();
    // The verification page reads this code, too, and says that it is another kind of code.
    await page.goto(`${scene().origin}/verify/`);
    await page.getByLabel("选择图片或 PDF").setInputFiles({ name: "亮证.png", mimeType: "image/png", buffer: shown });
    await page.getByRole("heading", { name: /^这是持证人出示的亮证码/, level: 2 }).waitFor();
    await page.close();
  });

  test("5.5.2: an error is reported once to the issuing department, whose staff find it on the workbench and answer; its holder sees the answer", async () => {
    const page = await signedIn();
    await openIssued(page);
    await page.getByRole("link", { name: "报错" }).click();
    await page.getByLabel("哪一项有误").selectOption({ label: "名称" });
    await page.getByLabel("错在哪里").fill("名称少了“（集团）”");
    await expectAccessible(page);
    // A line that breaks behind the request costs nothing, and makes no second report.
    const line = await page.context().newCDPSession(page);
    line.on("Fetch.requestPaused", ({ requestId }) =>
      line.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" }),
    );
    await line.send("Fetch.enable", { patterns: [{ urlPattern: "*/ReportError", requestStage: "Response" }] });
    await page.getByRole("button", { name: "提交报错" }).click();
    await page.getByRole("alert").getByText("未收到服务器的答复").waitFor();
    await line.send("Fetch.disable");
    await page.getByRole("button", { name: "提交报错" }).click();
    await page.getByText("已送达颁发机构").waitFor();
    await expect.poll(() => page.getByText("○ 等待答复").count(), PATIENT).toBe(1);
    await expectAccessible(page, "sent");
    const maker = await scene().console(MAKER);
    const waiting = maker.locator("section").filter({ has: maker.getByRole("heading", { name: "持证人报错" }) });
    await waiting.getByRole("link", { name: /名称少了“（集团）”/ }).click();
    await maker.getByRole("heading", { name: "报错", level: 1 }).waitFor();
    await expectAccessible(maker);
    await maker.getByRole("button", { name: "答复持证人" }).click();
    const dialog = maker.getByRole("dialog");
    await dialog.getByLabel("答复").fill("经核对登记档案，名称无误");
    await dialog.getByRole("button", { name: "答复持证人" }).click();
    await maker.getByText("没有等待答复的报错").waitFor();
    await maker.close();
    await page.goto(`${scene().origin}/mine/`);
    await page.getByRole("button", { name: "实名登录" }).click();
    await openIssued(page);
    await page.getByRole("link", { name: "报错" }).click();
    await page.getByText("经核对登记档案，名称无误").waitFor();
    await page.getByText("● 已答复").waitFor();
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
    await page.getByRole("alert").getByText(CALL_ID).waitFor();
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
    // In memory alone: whoever sits at this machine next finds nothing of the token. A browser that denies a frame of another site its storage has kept nothing there.
    const kept = String(await framed.locator("body").evaluate(KEPT_IN_BROWSER));
    expect(kept).not.toContain(token);
    expect(kept).toContain("looked through");
    const { cookies } = await (await page.context().newCDPSession(page)).send("Network.getAllCookies");
    expect(cookies.filter(({ value }) => value.includes(token))).toEqual([]);
    await page.route(`${origin}/foreign`, (route) => route.fulfill(served(frame(token))));
    await Promise.all([
      page.waitForEvent("console", { predicate: (one) => one.text().includes("frame-ancestors") }),
      page.goto(`${origin}/foreign`),
    ]);
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
