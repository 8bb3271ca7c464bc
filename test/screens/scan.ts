import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../ops/trial/connect.ts";
import { consoleMatter } from "../../ops/trial/console.ts";
import { signIn } from "../../ops/trial/holder.ts";
import { CERTIFICATE_USER, ON_SCREEN } from "../../ops/trial/people.ts";
import { masked } from "../../services/domain/masked-code.ts";
import { type OpenedBrowser, openBrowser } from "./browser.ts";
import { holds } from "./patient.ts";
import { type ScreensScene, signInWhereAsked } from "./scene.ts";
import { systemOf } from "./system.ts";
import { expectAccessible, type Watched, watched } from "./watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const [holder] = licence.example.holders;
const matter = consoleMatter(ON_SCREEN);

/** What a holder shows, before the camera of a desk and of a phone, and as a picture of it (亮证, 5.4.3, 5.7.4). */
export function scanTests(scene: () => ScreensScene): void {
  let directory: string;
  let seen: string;
  let browser: OpenedBrowser;
  let page: Watched;
  let show: (tellsHolder?: boolean) => Promise<string>;

  beforeAll(async () => {
    const { trial, origin } = scene();
    const issuer = systemOf(trial);
    await issuer.issuing.make(orderFrom(licence, "scan-1"));
    const { identifier } = await issuer.issuing.issue("scan-1");
    issuer.close();
    const owner = await signIn(trial, "yunfan");
    show = async (tellsHolder = false) => {
      const shown = { identifier, fields: ["name"], tellsHolder };
      return (await owner.call(trial.cores.linghai, "createPresentation", shown)).qrSvg;
    };
    directory = mkdtempSync(join(tmpdir(), "ecert-scan-"));
    seen = join(directory, "seen.mjpeg");
    const key = trial.staff.find(({ account }) => account === CERTIFICATE_USER.account);
    browser = await openBrowser({ caFile: trial.files.root, camera: seen, ...(key && { key }) });
    page = watched(await browser.context.newPage(), origin);
    await page.goto(`${origin}/console/`);
    await signInWhereAsked(page);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  /** What lies before the camera (640 × 480) or is sent as a picture: a fresh code of the holder, or nothing. */
  async function picture(svg: string): Promise<Buffer> {
    const sheet = await page.context().newPage();
    await sheet.setViewportSize({ width: 640, height: 480 });
    await sheet.setContent(`<div style="width: 420px">${svg}</div>`);
    const taken = await sheet.screenshot({ type: "jpeg", quality: 90 });
    await sheet.close();
    return taken;
  }
  /** A code of a holder who tells who that is. */
  const layBeforeCamera = async () => writeFileSync(seen, await picture(await show(true)));
  /** All but for whom. */
  async function fillIn(businessId: string, number: string): Promise<void> {
    await page.getByLabel(businessId).fill(number);
    await page.getByLabel("业务网点").fill("6 号窗口");
  }

  test("5.4.3, 5.5.2: at /mini/ nobody need be typed: the holder's code, before the phone's camera, names who is served, and it goes on to what the matter needs; one that does not tell, and a picture without a code, are told", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${scene().origin}/mini/`);
    await page.getByRole("link", { name: matter.name }).click();
    await fillIn("业务流水号", "YW-2026-扫码");
    await press("扫亮证码");
    const choose = async (name: string, svg: string) =>
      page.getByLabel("选择二维码图片").setInputFiles({ name, mimeType: "image/jpeg", buffer: await picture(svg) });
    await choose("空白.jpg", "");
    await page.getByText("图片中没有找到二维码").waitFor();
    await expectAccessible(page);
    const silent = await show();
    await choose("亮证.jpg", silent);
    await page.getByText("持证主体亮证时也没有选择告知名称和代码").first().waitFor();
    await page.getByLabel("办事人名称").fill(holder?.name ?? "");
    await page.getByLabel("办事人代码").fill(holder?.code ?? "");
    await press("扫亮证码");
    // What was refused has spent nothing.
    await choose("亮证.jpg", silent);
    const shown = page.getByRole("article").filter({ hasText: "真实有效" });
    await shown.getByText(holder?.name ?? "").waitFor();
    await press("下一位");
    await holds(page.getByLabel("办事人名称"), "");
    await page.getByLabel("业务流水号").fill("YW-2026-扫码二");
    await layBeforeCamera();
    await press("扫亮证码");
    await press("打开摄像头");
    await shown.getByText(holder?.name ?? "").waitFor();
    await page.getByText(`${holder?.name} ${masked(holder?.code ?? "")} · YW-2026-扫码二`).waitFor();
    await expectAccessible(page, "shown");
    await page.setViewportSize({ width: 390, height: 844 });
    await press("查看现有证照");
    const needed = page.locator("section").filter({ has: page.getByRole("heading", { name: licence.name }) });
    await needed
      .getByRole("button", { name: /^核验并查看/ })
      .first()
      .click();
    await needed.getByText("真实有效").waitFor();
    await needed.getByRole("button", { name: "保存加注件" }).waitFor();
    expect(page.faults).toEqual([]);
  });

  test("5.4.3: in the console a code is redeemed that the desk's camera sees, which names who is served, and that one's certificates are found", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${scene().origin}/console/use/${encodeURIComponent(matter.code)}`);
    await fillIn("业务标识", "YW-2026-扫码台");
    await layBeforeCamera();
    await press("扫亮证码");
    await press("打开摄像头");
    await page.getByRole("heading", { name: "真实有效" }).waitFor();
    await page
      .getByRole("region", { name: "办事人" })
      .getByRole("heading", { name: holder?.name ?? "" })
      .waitFor();
    await expectAccessible(page, "presented");
    await press("查找证照");
    await page.getByRole("article").first().waitFor();
    expect(page.faults).toEqual([]);
  });
}
