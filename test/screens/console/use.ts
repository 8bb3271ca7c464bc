import { readFileSync } from "node:fs";
import { create } from "@bufbuild/protobuf";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../../ops/trial/connect.ts";
import { consoleMatter } from "../../../ops/trial/console.ts";
import { type SignedIn, signIn } from "../../../ops/trial/holder.ts";
import type { Operator } from "../../../ops/trial/operator.ts";
import { CERTIFICATE_USER, ON_SCREEN } from "../../../ops/trial/people.ts";
import { LINGHAI } from "../../../ops/trial/plan.ts";
import { type Matter, UsableItemSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import type { Connector } from "../../../services/client/index.ts";
import { verifyOfd } from "../../../services/document/ofd/verify-ofd.ts";
import { sha256Hex } from "../../../services/domain/canonical.ts";
import { createTrustAnchors } from "../../../services/trust/anchors.ts";
import { tabTo, typeInto } from "../keyboard.ts";
import { holds } from "../patient.ts";
import type { ScreensScene } from "../scene.ts";
import { systemOf } from "../system.ts";
import { expectAccessible, type Watched } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const [holder] = licence.example.holders;
const matter = consoleMatter(ON_SCREEN);

/** Using others' certificates on screen (5.4.3), and what holders show. */
export function useTests(scene: () => ScreensScene): void {
  let issuer: Connector;
  let owner: SignedIn;
  let identifier: string;
  let copy: Buffer<ArrayBufferLike>;
  /** One person at the counter after the other, on one page. */
  let page: Watched;

  beforeAll(async () => {
    const { trial } = scene();
    issuer = systemOf(trial);
    await issuer.issuing.make(orderFrom(licence, "use-1"));
    ({ identifier } = await issuer.issuing.issue("use-1"));
    owner = await signIn(trial, "yunfan");
    page = await scene().console(CERTIFICATE_USER);
  });
  afterAll(async () => {
    await page?.close();
    issuer?.close();
  });

  const press = (name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
  const enter = async (wanted: Locator) => {
    await tabTo(page, wanted);
    await page.keyboard.press("Enter");
  };
  const found = () => page.getByRole("heading", { name: /^找到 \d+ 件证照$/ });
  /** The certificate of this test among others of its holder. */
  const article = () => page.getByRole("article").filter({ hasText: "有效" }).first();
  const present = async (fields: string[]) =>
    owner.call(scene().trial.cores.linghai, "createPresentation", { identifier, fields });

  test("5.4.3: by keyboard alone from the matter to the certificates found; what is refused of the context is told at its field", async () => {
    const type = (label: string, text: string) => typeInto(page, label, text);
    const find = "按事项名称或编码查找";
    await page.getByRole("link", { name: "用证", exact: true }).press("Enter");
    await type(find, matter.name.slice(0, 4));
    await holds(page.getByLabel(find), matter.name.slice(0, 4));
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

  test("5.4.3, 5.9.6: by keyboard on; a session that was lost meanwhile costs nothing; checked, a certificate is told to be good, and only data that were ticked are read", async () => {
    const { length } = await page.getByRole("article").all();
    expect(length).toBeGreaterThan(0);
    await page.context().clearCookies();
    await enter(article().getByRole("button", { name: /^核验/ }));
    await enter(page.getByRole("dialog").getByRole("button", { name: "重新登录" }));
    await page.getByRole("heading", { name: "真实有效" }).and(page.locator(":focus")).waitFor();
    const name = page.getByRole("listitem").filter({ hasText: "法定代表人" });
    await name.getByText("未读取").waitFor();
    await tabTo(page, name.getByRole("checkbox"));
    await page.keyboard.press("Space");
    await enter(page.getByRole("button", { name: "读取所选 1 项" }));
    await name.getByText(String(licence.example.data.legalRepresentative)).waitFor();
    await page.getByRole("listitem").filter({ hasText: "名称" }).getByText("未读取").waitFor();
    await expectAccessible(page);
  });

  test("4.5.5, 5.9.5: the face is looked at and kept by keyboard as one use, a copy for this use alone (加注件) is another, what the matter may not fetch is not offered, and receipts are kept as they were signed", async () => {
    await enter(page.getByRole("button", { name: "查看证面" }));
    await page.locator("canvas[data-drawn]").waitFor();
    expect(
      (await saved(page, () => enter(page.getByRole("button", { name: "保存 PDF" })))).subarray(0, 5).toString(),
    ).toBe("%PDF-");
    await press("制作加注件");
    await page.getByRole("button", { name: "保存加注件" }).waitFor();
    copy = await saved(page, () => press("保存加注件"));
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
      ["fetched", []],
    ]);
    expect(statements[3]).toMatchObject({ releasedSha256: sha256Hex(copy), copyValidTo: "" });
    expect(statements[0]).toMatchObject({ identifier, operator: CERTIFICATE_USER.account, operatorProof: "session" });
    await expectAccessible(page);
  });

  test("GB/T 36903: whoever is handed the copy (加注件) is told at /verify/ for which use it is, and never that it is the original; its department finds the use in its list", async () => {
    const anybody = await scene().anybody();
    await anybody.goto(`${scene().origin}/verify/`);
    const handed = { name: "加注件.pdf", mimeType: "application/pdf", buffer: copy };
    await anybody.getByLabel("证照文件", { exact: true }).setInputFiles(handed);
    await anybody.getByRole("button", { name: "验证文件" }).click();
    await anybody.getByRole("heading", { name: `加注件真实，仅供${ON_SCREEN.name}办理“${matter.name}”使用` }).waitFor();
    await expectAccessible(anybody);
    await anybody.close();
    const list = await scene().console(CERTIFICATE_USER);
    await list.goto(`${scene().origin}/console/use`);
    await list.getByRole("link", { name: "用证记录" }).click();
    const row = list.getByRole("row").filter({ hasText: "YW-2026-用证" }).filter({ hasText: "制作加注件" });
    await row.getByText(CERTIFICATE_USER.account).waitFor();
    await list.getByLabel("查找业务标识、事项、事由、经办人或证照标识").fill("没有这样的业务");
    await list.keyboard.press("Enter");
    await list.getByText("没有符合条件的记录").waitFor();
    await expectAccessible(list);
    await list.close();
  });

  test("4.5.5, 6.4.6.3: where a matter may see every data item the OFD is fetched, once: seen is a picture that the node draws from what is signed, told as that, and saved is the file itself", async () => {
    const whole = await wholeMatter(scene(), licence);
    const other = await scene().console(CERTIFICATE_USER);
    await other.goto(`${scene().origin}/console/use/${encodeURIComponent(whole.code)}`);
    await other.getByLabel("办事人名称").fill(holder?.name ?? "");
    await other.getByLabel("办事人代码").fill(holder?.code ?? "");
    await other.getByLabel("业务标识").fill("YW-2026-全项");
    await other.getByLabel("业务网点").fill("3 号窗口");
    await other.getByRole("button", { name: "查找证照" }).click();
    const one = other.getByRole("article").filter({ hasText: "有效" }).first();
    await one.getByRole("button", { name: /^核验/ }).click();
    await other.getByRole("button", { name: "查看 OFD" }).click();
    await other.getByText("由本平台按签名数据绘制，非原文件，不含印章").waitFor();
    await other.locator("canvas[data-drawn]").waitFor();
    await expectAccessible(other);
    const ofd = await saved(other, () => other.getByRole("button", { name: "保存 OFD" }).click());
    const trust = createTrustAnchors([readFileSync(scene().trial.files.root, "utf8")]);
    expect(verifyOfd(ofd, { trust, at: new Date() })).toMatchObject({ ok: true });
    const receipts = await saved(other, () => other.getByRole("button", { name: "保存凭据" }).click());
    expect((JSON.parse(receipts.toString()) as { receipts: unknown[] }).receipts).toHaveLength(2);
    await other.close();
  });

  test("5.4.3, 5.7.4: what a holder shows is redeemed from a picture of its code, once; a scanner that works as a keyboard hears why not twice", async () => {
    await press("下一位");
    await holds(page.getByLabel("办事人代码"), "");
    await holds(page.getByLabel("业务网点"), "3 号窗口");
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
    await page.getByLabel("亮证码", { exact: true }).and(page.locator(":focus")).waitFor();
    await page.keyboard.insertText(text.replaceAll(":", "："));
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("亮证码已被使用").first().waitFor();
  });

  test("5.8: one that was revoked meanwhile is told to be so, and gives nothing", async () => {
    await issuer.issuing.revoke(identifier, "企业已注销登记");
    await press("返回修改");
    await press("查找证照");
    await found().waitFor();
    // The newest comes first; its holder has others that are in force.
    const revoked = page.getByRole("article").first();
    await revoked.getByText("已注销").waitFor();
    await revoked.getByRole("button", { name: /^核验营业执照/ }).click();
    await page.getByRole("heading", { name: "真实，但已注销" }).waitFor();
    expect(await page.getByRole("checkbox").count()).toBe(0);
    expect(page.faults).toEqual([]);
  });
}

/** A matter of the department that may see every data item of a kind. */
export async function wholeMatter({ trial }: ScreensScene, file: CatalogFile) {
  const operator = trial.operators.get(LINGHAI.code) as Operator;
  const registry = operator.client(RegistryService, trial.cores.linghai.mesh.catalog?.[0] ?? "");
  const { matter: known } = await registry.getMatter({ code: matter.code });
  const whole = { ...(known as Matter), code: `${matter.code}-ALL`, name: "证照全项核查" };
  const fields = Object.keys(file.dataSchema.properties as object);
  const item = create(UsableItemSchema, { itemCode: file.code, fields, files: [FileFormat.PDF, FileFormat.OFD] });
  await registry.putMatter({ matter: { ...whole, items: [item] } });
  return whole;
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
