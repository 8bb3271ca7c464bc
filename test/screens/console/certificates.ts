import { randomBytes } from "node:crypto";
import { fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { AUDITOR, MAKER, ON_SCREEN, SIGNER } from "../../../ops/trial/people.ts";
import { MakeCertificateResponseSchema } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { PutPartRequestSchema } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import { sha256Hex } from "../../../services/domain/canonical.ts";
import { turned } from "../../document/jpeg.ts";
import { choose, fillInData } from "../fill-in.ts";
import { arrowTo, tabTo, typeData, typeInto } from "../keyboard.ts";
import { holds, PATIENT, reloadedUntil } from "../patient.ts";
import { finestPhoto, phonePhoto } from "../phone-photo.ts";
import { savedFile } from "../saved-file.ts";
import type { ScreensScene } from "../scene.ts";
import { hearPhoto } from "../sent-photo.ts";
import { expectAccessible } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const permit = readCatalogFiles().find(({ name }) => name === "居住证") as CatalogFile;
const { data, holders } = licence.example;
const [holder] = holders;

/** Making, issuing and looking after certificates on screen (5.4.2). */
export function certificatesTests(scene: () => ScreensScene): void {
  let address = "";

  test("5.3: a form of the kind's own data items; what follows from the order is filled in by itself; a draft outlives a reload; before it is left or closed its maker is asked, and told whether it is kept", async () => {
    const page = await scene().console(MAKER);
    await page.getByRole("link", { name: "发证" }).click();
    await page.getByRole("link", { name: "制证" }).click();
    // 6.4.5.1: of all that is published, what the department has open; the node looks for what is typed.
    const kind = page.getByLabel("证照种类", { exact: true });
    const offered = page.locator(".ant-select-dropdown:visible");
    await kind.click();
    await offered.getByTitle(licence.name, { exact: true }).waitFor();
    expect(await offered.getByTitle(permit.name, { exact: true }).count()).toBe(0);
    await kind.fill(permit.name);
    await offered.getByText("没有符合条件的记录").waitFor();
    await kind.fill(licence.code);
    await offered.getByTitle(licence.name, { exact: true }).click();
    await page.getByLabel("持证主体名称").fill(holder?.name ?? "");
    await choose(page, "代码类型", "统一社会信用代码");
    await page.getByLabel("持证主体代码").fill("91440106MA9DEM0165");
    await holds(page.getByLabel("名称", { exact: true }), holder?.name ?? "");
    await page.getByText("草稿已保存").waitFor();
    await expectAccessible(page);
    await page.reload();
    await holds(page.getByLabel("持证主体代码"), "91440106MA9DEM0165");
    const serial = await page.getByLabel("业务流水号").inputValue();
    // What was found again and not touched is left without a question; what was, is asked about, and found again.
    const list = page.getByRole("link", { name: "发证" });
    await list.click();
    await page.getByRole("link", { name: "制证" }).waitFor();
    await page.goBack();
    await page.getByLabel("持证主体名称").fill("另一家公司");
    await list.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("草稿已保存在本窗口").waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "继续填写" }).click();
    await dialog.waitFor({ state: "detached" });
    await holds(page.getByLabel("持证主体名称"), "另一家公司");
    await list.click();
    await dialog.getByRole("button", { name: "离开本页" }).click();
    await page.getByRole("link", { name: "制证" }).waitFor();
    await page.goBack();
    await holds(page.getByLabel("持证主体名称"), "另一家公司");
    await page.getByRole("button", { name: "清空重填" }).click();
    await holds(page.getByLabel("持证主体代码"), "");
    await expect.poll(() => page.getByLabel("业务流水号").inputValue(), PATIENT).not.toBe(serial);
    // A window asks before it is closed, since the draft ends with it; one that has no room for the draft, too.
    await page.evaluate(
      'for (let at = 0, piece = "x".repeat(1 << 20); piece; at++) try { sessionStorage.setItem("full" + at, piece); } catch { piece = piece.slice(Math.ceil(piece.length / 2)); }',
    );
    await page.getByLabel("持证主体名称").fill(holder?.name ?? "");
    await page.getByText("草稿保存在本窗口").waitFor();
    const [leaving] = await Promise.all([page.waitForEvent("dialog"), page.close({ runBeforeUnload: true })]);
    expect(leaving.type()).toBe("beforeunload");
    await leaving.accept();
  });

  test("4.4.2, 5.4.2: by keyboard alone an order is filled in; what the node refuses is told at its field, in Chinese; mended, the certificate is made, and its face is looked at", async () => {
    const page = await scene().console(MAKER);
    await page.goto(`${scene().origin}/console/certificates/new?item=${licence.code}`);
    await page.getByLabel("持证主体名称").waitFor();
    await typeInto(page, "持证主体名称", holder?.name ?? "");
    await arrowTo(page, "代码类型", "统一社会信用代码");
    await typeInto(page, "持证主体代码", "91440106MA9DEM0165");
    await typeData(page, licence);
    await page.keyboard.press("Enter");
    await page.getByText("校验码错误，请与持证主体核对").first().waitFor();
    await typeInto(page, "持证主体代码", holder?.code ?? "");
    await tabTo(page, page.getByRole("button", { name: "制证" }));
    await page.keyboard.press("Enter");
    await page.getByText("已制证未签发").first().waitFor();
    await page.locator("canvas[data-drawn]").waitFor();
    const face = page.getByRole("img", { name: /营业执照 证面/ });
    await expect
      .poll(() => face.getAttribute("aria-label"), PATIENT)
      .toContain(String(data.businessScope).slice(0, 10));
    await expectAccessible(page);
    address = page.url();
    // It comes once the page knows that this console has made it, as does what it is issued by for those who may.
    await page.getByRole("button", { name: "废弃" }).waitFor();
    expect(await page.getByRole("button", { name: "核验并签发" }).count()).toBe(0);
    await page.close();
  });

  test("5.4.2, 5.9.2: an agent that is away is told with what to do; it is issued when it is back, by another officer, once", async () => {
    const page = await scene().console(SIGNER);
    const agent = scene().trial.agents.get(ON_SCREEN.agent)?.running;
    await tabTo(page, page.getByRole("link", { name: `营业执照 · ${holder?.name}` }));
    await page.keyboard.press("Enter");
    await page.waitForURL(address);
    // Who opens it looks at the face first; the way to a button is gone before something comes above it.
    await page.locator("canvas[data-drawn]").waitFor();
    await agent?.stop();
    const issue = page.getByRole("button", { name: "核验并签发" });
    try {
      await tabTo(page, issue);
      await page.keyboard.press("Enter");
      await page.getByRole("alert").first().waitFor();
      // Kept with the certificate: there when its page comes anew, and where it waits.
      await page.reload();
      const told = page.getByRole("status").filter({ hasText: /20\d\d-\d\d-\d\d \d\d:\d\d 签发未成：签名代理未连接/ });
      await told.getByText("系统不会自动再签").waitFor();
      await told.getByText(/^编号 /).waitFor();
      await expectAccessible(page);
      await page.getByRole("link", { name: "工作台" }).click();
      await page.getByRole("listitem").filter({ hasText: "签发未成：签名代理未连接" }).getByRole("link").click();
      await told.waitFor();
    } finally {
      await agent?.restart();
    }
    // While an answer is on its way it cannot be reached by keyboard.
    await issue.and(page.locator(":enabled")).waitFor();
    await tabTo(page, issue);
    await page.keyboard.press("Enter");
    await page.getByText("已签发").first().waitFor();
    await page.getByText("核验签发人").waitFor();
    await page.getByText("签发未成").waitFor({ state: "detached" });
    await expectAccessible(page);
    await page.close();
  });

  test("4.5.5: the files of an issued certificate are kept under the names that the node gives them", async () => {
    const page = await scene().console(SIGNER);
    await page.goto(address);
    for (const [button, magic] of [
      ["下载 PDF", "%PDF-"],
      ["下载 OFD", "PK"],
    ] as const) {
      const file = await savedFile(page.getByRole("button", { name: button }));
      expect(file.subarray(0, magic.length).toString("latin1")).toBe(magic);
    }
    await page.close();
  });

  test("5.3 d: a file of 5 MB goes part by part: a broken line, a reload and a restart of the node cost nothing of it nor of what was typed, and no part that has come is sent twice", async () => {
    const page = await scene().console(MAKER);
    const core = scene().trial.programs.get("440100/core");
    const offsets: number[] = [];
    let cut = false;
    await page.route("**/ecert.issue.v1.UploadService/PutPart", async (route) => {
      if (cut) return route.abort("internetdisconnected");
      if (offsets.length === 20) await core?.kill();
      const { offset } = fromBinary(PutPartRequestSchema, route.request().postDataBuffer() as Buffer);
      offsets.push(offset);
      cut = offsets.length === 5;
      return route.continue();
    });
    await page.goto(`${scene().origin}/console/certificates/new?item=${licence.code}`);
    await page.getByLabel("持证主体名称").fill(holder?.name ?? "");
    await choose(page, "代码类型", "统一社会信用代码");
    await page.getByLabel("持证主体代码").fill(holder?.code ?? "");
    await fillInData(page, licence);
    const buffer = photoOf(5 << 20);
    await page.getByLabel("选择文件").setInputFiles({ name: "现场照片.jpg", mimeType: "image/jpeg", buffer });
    await page.getByText("网络中断，恢复后自动续传").waitFor();
    await page.getByText("草稿已保存").waitFor();
    await expectAccessible(page);
    await page.reload();
    await page.getByText("网络中断，恢复后自动续传").waitFor();
    cut = false;
    try {
      await expect.poll(() => offsets.length, PATIENT).toBe(21);
      await page.getByText("网络中断，恢复后自动续传").waitFor();
    } finally {
      await core?.restart();
    }
    await page.getByText("已上传").waitFor();
    // The part on whose way the node ended goes twice, and no other.
    const parts = Array.from({ length: 40 }, (_, part) => part * (128 << 10));
    expect(offsets).toEqual(parts.toSpliced(20, 0, 20 * (128 << 10)));
    await holds(page.getByLabel("持证主体代码"), holder?.code ?? "");
    const [answered] = await Promise.all([
      page.waitForResponse(/MakeCertificate$/),
      page.getByRole("button", { name: "制证" }).click(),
    ]);
    const { certificate } = fromBinary(MakeCertificateResponseSchema, await answered.body());
    const { attachments } = JSON.parse(Buffer.from(certificate?.message ?? []).toString()) as { attachments: object[] };
    expect(attachments).toMatchObject([{ name: "现场照片.jpg", size: 5 << 20, sha256: sha256Hex(buffer) }]);
    await page.getByText("已制证未签发").first().waitFor();
    await page.close();
  });

  test("5.3 d: a photo of 5 MB is cropped by keyboard to its place on the face, and goes upright whatever its Exif says", async () => {
    const page = await scene().console(MAKER);
    await page.goto(`${scene().origin}/console/certificates/new?item=${permit.code}`);
    const buffer = turned(await phonePhoto(page), 6);
    const input = page.getByLabel("照片（拍照或选择）");
    await input.setInputFiles({ name: "空白.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") });
    await page.getByText("空白.jpg 不能读取").waitFor();
    const dialog = page.getByRole("dialog");
    await input.setInputFiles({ name: "IMG_0.jpg", mimeType: "image/jpeg", buffer: await finestPhoto(page) });
    await dialog.getByRole("button", { name: "使用这张照片" }).click();
    await dialog.getByRole("alert").getByText("照片细节太多").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await input.setInputFiles({ name: "IMG_1.jpg", mimeType: "image/jpeg", buffer });
    await dialog.getByRole("img", { name: "照片" }).and(page.locator(":focus")).waitFor();
    for (const key of ["+", "+", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
    await expect.poll(async () => Number(await dialog.getByLabel("缩放").inputValue()), PATIENT).toBeGreaterThan(1.1);
    await expectAccessible(page);
    const photo = hearPhoto(page);
    await dialog.getByRole("button", { name: "使用这张照片" }).click();
    await page.getByText("已上传").waitFor();
    const { width, height } = photo();
    expect(width / height).toBeCloseTo(36 / 48, 2);
    await page.getByRole("button", { name: "清空重填" }).click();
    await page.close();
  });

  test("4.4.4: a certificate is replaced from what it says; once the new one is issued, both lead to each other", async () => {
    const maker = await scene().console(MAKER);
    await maker.goto(address);
    await maker.getByRole("button", { name: "换发" }).click();
    const place = maker.getByLabel("住所");
    await holds(maker.getByLabel("持证主体代码"), holder?.code ?? "");
    await place.fill("岭海市天湾区试验路 2 号");
    await expectAccessible(maker);
    await maker.getByLabel("换发原因").fill("住所变更");
    await maker.getByRole("button", { name: "换发制证" }).click();
    await maker.getByText("已制证未签发").first().waitFor();
    const replacement = maker.url();
    await maker.close();
    const page = await scene().console(SIGNER);
    await page.goto(replacement);
    await page.getByRole("button", { name: "核验并签发" }).click();
    await page.getByText("已签发").first().waitFor();
    const old = decodeURIComponent(address.split("/").at(-1) ?? "");
    await page.getByRole("link", { name: old }).click();
    await page.getByText("已换发").first().waitFor();
    await page.getByRole("link", { name: decodeURIComponent(replacement.split("/").at(-1) ?? "") }).click();
    await page.getByText("换发自").waitFor();
    address = replacement;
    await page.close();
  });

  test("4.4.5: it is suspended, resumed and revoked, each with its reason, by whoever may; a code is masked until it is asked for", async () => {
    const page = await scene().console(SIGNER);
    await page.goto(address);
    for (const [action, state] of [
      ["暂扣", "已暂扣"],
      ["恢复", "已签发"],
      ["注销", "已注销"],
    ] as const) {
      await page.getByRole("button", { name: action }).click();
      const dialog = page.getByRole("dialog");
      expect(await dialog.getByRole("button", { name: action }).isDisabled()).toBe(true);
      await dialog.getByLabel("原因").fill(`试验：${action}`);
      await dialog.getByRole("button", { name: action }).click();
      await page.getByText(state).first().waitFor();
      await dialog.waitFor({ state: "detached" });
    }
    const code = page.getByText(/^9144\*{10}/);
    await code.waitFor();
    await page.getByRole("button", { name: `显示${holder?.name}的代码` }).click();
    await page
      .getByText(holder?.code ?? "", { exact: false })
      .first()
      .waitFor();
    await page.close();
  });

  test("an auditor sees the certificate and its face, and can change nothing", async () => {
    const page = await scene().console(AUDITOR);
    await page.goto(address);
    await page.locator("canvas[data-drawn]").waitFor();
    for (const action of ["暂扣", "注销", "核验并签发"])
      expect(await page.getByRole("button", { name: action }).count()).toBe(0);
    await page.goto(`${scene().origin}/console/certificates?scope=reach&sort=number`);
    await page.locator('th[aria-sort="ascending"]', { hasText: "证照编号" }).waitFor();
    const row = page.locator(`a[href$="${address.split("/").at(-1)}"]`);
    const by = "按持证主体名称查找（完整）";
    await page.getByRole("combobox", { name: "按什么查找" }).press("Enter");
    await page.locator(".ant-select-item-option", { hasText: by }).click();
    await page.getByRole("searchbox", { name: by }).fill(holder?.name ?? "");
    await page.getByRole("searchbox", { name: by }).press("Enter");
    await page.getByRole("button", { name: "取消按持证主体查找" }).waitFor();
    await row.waitFor();
    expect(decodeURIComponent(page.url())).not.toContain(holder?.name);
    await expectAccessible(page);
    await page.goto(`${scene().origin}/console/certificates?scope=reach&by=serial&search=none-such`);
    await page.getByText("没有符合条件的记录").first().waitFor();
    // 5.9.5: that somebody had the holder's code shown in full stands there too, told apart from looking at the certificate.
    await page.goto(`${scene().origin}/console/audit`);
    await reloadedUntil(page, page.getByText("显示持证主体完整代码").first());
    await page.close();
  });
}

/** A photo as large as wanted, as far as the node looks at one that no face shows. */
function photoOf(bytes: number): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes(bytes - 3)]);
}
