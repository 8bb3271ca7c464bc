import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { connect, orderFrom } from "../../../ops/trial/connect.ts";
import { consoleMatter } from "../../../ops/trial/console.ts";
import { type SignedIn, signIn } from "../../../ops/trial/holder.ts";
import { CERTIFICATE_USER, ON_SCREEN } from "../../../ops/trial/people.ts";
import type { Connector } from "../../../services/client/index.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible, type Watched } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const [holder] = licence.example.holders;
const matter = consoleMatter(ON_SCREEN);

/** Using others' certificates on screen (5.4.3), and what holders show. */
export function useTests(scene: () => ScreensScene): void {
  let issuer: Connector;
  let owner: SignedIn;
  let identifier: string;
  /** One person at the counter after the other, on one page. */
  let page: Watched;

  beforeAll(async () => {
    const { trial } = scene();
    issuer = connect(trial, ON_SCREEN.appKey, trial.cores.linghai);
    await issuer.issuing.make(orderFrom(licence, "use-1"));
    ({ identifier } = await issuer.issuing.issue("use-1"));
    owner = await signIn(trial, "yunfan");
    page = await scene().console(CERTIFICATE_USER);
  }, 60_000);
  afterAll(async () => {
    await page?.close();
    issuer?.close();
  });

  const press = (name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
  const found = () => page.getByRole("heading", { name: /^找到 \d+ 件证照$/ });
  /** The certificate of this test among others of its holder. */
  const article = () => page.getByRole("article").filter({ hasText: "有效" }).first();
  const present = async (fields: string[]) =>
    owner.call(scene().trial.cores.linghai, "createPresentation", { identifier, fields });

  test("5.4.3: by keyboard alone from the matter to the certificates found; what is refused of the context is told at its field", async () => {
    const type = async (label: string, text: string) => {
      await tabTo(page, page.getByLabel(label, { exact: true }));
      await page.keyboard.type(text);
    };
    await page.getByRole("link", { name: "用证", exact: true }).press("Enter");
    await page.getByLabel("按事项名称或编码查找").waitFor();
    await page.keyboard.type(matter.name.slice(0, 4));
    await page.getByText("今日已用").waitFor();
    await expectAccessible(page);
    await tabTo(page, page.getByRole("link", { name: matter.name }));
    await page.keyboard.press("Enter");
    await page.getByLabel("办事人名称").waitFor();
    await type("办事人名称", holder?.name ?? "");
    await type("办事人代码", "91440106MA9DEM0165");
    await type("业务标识", "YW-2026-用证");
    await type("业务网点", "3 号窗口");
    await page.keyboard.press("Enter");
    await page.locator(".ant-form-item-explain-error").getByText("校验码错误，请与持证主体核对").waitFor();
    await expectAccessible(page);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(holder?.code ?? "");
    await page.keyboard.press("Enter");
    await found().and(page.locator(":focus")).waitFor();
    await page.getByRole("timer").waitFor();
    await expectAccessible(page);
  });

  test("5.4.3, 5.9.6: a session that was lost meanwhile costs nothing; checked, a certificate is told to be good, and only data that were ticked are read", async () => {
    const { length } = await page.getByRole("article").all();
    expect(length).toBeGreaterThan(0);
    await page.context().clearCookies();
    await article().getByRole("button", { name: /^核验/ }).click();
    const opened = page.context().waitForEvent("page");
    await page.getByRole("dialog").getByRole("button", { name: "重新登录" }).click();
    await opened;
    await page.getByRole("heading", { name: "真实有效" }).waitFor();
    const name = page.getByRole("listitem").filter({ hasText: "法定代表人" });
    await name.getByText("未读取").waitFor();
    await name.getByRole("checkbox").check();
    await press("读取所选 1 项");
    await name.getByText(String(licence.example.data.legalRepresentative)).waitFor();
    await page.getByRole("listitem").filter({ hasText: "名称" }).getByText("未读取").waitFor();
    await expectAccessible(page);
  });

  test("4.5.5, 5.9.5: the face is looked at and kept as one use, what the matter may not fetch is not offered, and receipts are kept as they were signed", async () => {
    await press("查看证面");
    await page.locator("canvas[data-drawn]").waitFor();
    expect((await saved(page, () => press("保存 PDF"))).subarray(0, 5).toString()).toBe("%PDF-");
    // An OFD carries every data item, which this matter may not see.
    expect(await page.getByRole("button", { name: "保存 OFD" }).count()).toBe(0);
    const { receipts } = JSON.parse((await saved(page, () => press("保存凭据"))).toString()) as {
      receipts: { statement: string; signature: string; node: string }[];
    };
    const statements = receipts.map(({ statement }) => JSON.parse(statement) as Record<string, unknown>);
    expect(statements.map(({ action, fields }) => [action, fields])).toEqual([
      ["verified", []],
      ["extracted", ["legalRepresentative"]],
      ["fetched", []],
    ]);
    expect(statements[0]).toMatchObject({ identifier, operator: CERTIFICATE_USER.account, operatorProof: "session" });
    await expectAccessible(page);
  });

  test("5.4.3, 5.7.4: what a holder shows is redeemed from a picture of its code, once; a scanner that works as a keyboard hears why not twice", async () => {
    await press("下一位");
    expect(await page.getByLabel("办事人代码").inputValue()).toBe("");
    expect(await page.getByLabel("业务网点").inputValue()).toBe("3 号窗口");
    await page.getByLabel("办事人名称").fill(holder?.name ?? "");
    await page.getByLabel("办事人代码").fill(holder?.code ?? "");
    await page.getByLabel("业务标识").fill("YW-2026-亮证");
    await press("扫亮证码");
    const { text, qrSvg } = await present(["name"]);
    const picture = page.getByLabel("选择二维码图片");
    await picture.setInputFiles({ name: "空白.png", mimeType: "image/png", buffer: await pictureOf(page, "") });
    await page.getByRole("alert").getByText("没有找到二维码").waitFor();
    await expectAccessible(page);
    await picture.setInputFiles({ name: "亮证.png", mimeType: "image/png", buffer: await pictureOf(page, qrSvg) });
    await page.getByRole("heading", { name: "真实有效" }).waitFor();
    await page
      .getByRole("listitem")
      .filter({ hasText: "名称" })
      .getByText(holder?.name ?? "")
      .waitFor();
    await expectAccessible(page);
    await press("返回修改");
    await press("扫亮证码");
    await page.keyboard.insertText(text.replaceAll(":", "："));
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("亮证码已被使用").first().waitFor();
  });

  test("5.8: one that was revoked meanwhile is told to be so, and gives nothing", async () => {
    await issuer.issuing.revoke(identifier, "企业已注销登记");
    await press("返回修改");
    await press("查找证照");
    await found().waitFor();
    for (const one of await page.getByRole("article").all()) expect(await one.textContent()).toContain("已注销");
    await page
      .getByRole("button", { name: /^核验营业执照/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "真实，但已注销" }).waitFor();
    expect(await page.getByRole("checkbox").count()).toBe(0);
    expect(page.faults).toEqual([]);
  });
}

/** Goes forward by the keyboard until something has the focus. */
async function tabTo(page: Watched, wanted: Locator): Promise<void> {
  for (let step = 0; step < 30; step++) {
    if ((await wanted.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way to ${wanted} by the keyboard`);
}

/** What the browser keeps when something is pressed. */
async function saved(page: Watched, pressed: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), pressed()]);
  return readFileSync(await download.path());
}

/** A screenshot of a code, as somebody sends it who cannot come; without one it is a blank sheet. */
async function pictureOf(page: Watched, svg: string): Promise<Buffer> {
  const sheet = await page.context().newPage();
  await sheet.setViewportSize({ width: 400, height: 400 });
  await sheet.setContent(`<div style="width: 300px">${svg}</div>`);
  const picture = await sheet.screenshot();
  await sheet.close();
  return picture;
}
