import { beforeAll, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../../ops/trial/connect.ts";
import { AUDITOR, SUPERVISOR } from "../../../ops/trial/people.ts";
import { sha256Hex } from "../../../services/domain/canonical.ts";
import { masked } from "../../../services/domain/masked-code.ts";
import { reloadedUntil } from "../patient.ts";
import { savedFile } from "../saved-file.ts";
import type { ScreensScene } from "../scene.ts";
import { systemOf } from "../system.ts";
import { expectAccessible } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const [holder] = licence.example.holders;
const PAPER = { name: "登记依据.txt", content: Buffer.from("准予登记通知书") };

/** The archive for management bodies (4.6.3). */
export function archiveTests(scene: () => ScreensScene): void {
  let identifier: string;

  beforeAll(async () => {
    const { trial } = scene();
    const issuer = systemOf(trial);
    const { name, content } = PAPER;
    const attachments = [{ name, mediaType: "text/plain", content, sha256: sha256Hex(content) }];
    await issuer.issuing.make({ ...orderFrom(licence, "archive-1"), attachments });
    ({ identifier } = await issuer.issuing.issue("archive-1"));
    issuer.close();
  });

  test("4.6.3, 5.9.5: a certificate is found by its holder, whose code no address bears; what is read of it is masked until it is asked for, and that is kept", async () => {
    const page = await scene().console(SUPERVISOR);
    await page.getByRole("link", { name: "证照库", exact: true }).click();
    await page.getByRole("columnheader", { name: "持证主体" }).waitFor();
    await page.getByRole("columnheader", { name: "证照编号" }).click();
    await page.locator('th[aria-sort="ascending"]', { hasText: "证照编号" }).waitFor();
    await page.waitForURL(/sort=number/);
    await expectAccessible(page);
    const field = page.getByRole("searchbox", { name: "持证主体代码（完整）" });
    await field.fill(holder?.code ?? "");
    await field.press("Enter");
    await page.getByRole("button", { name: "取消按持证主体查询" }).waitFor();
    expect(page.url()).not.toContain(holder?.code);
    const row = page.getByRole("row").filter({ has: page.locator(`a[href*="${encodeURIComponent(identifier)}"]`) });
    await row.getByText(masked(holder?.code ?? "")).waitFor();
    expect(await page.getByText(holder?.code ?? "", { exact: false }).count()).toBe(0);
    await row.getByRole("link").click();
    const face = page.getByRole("region", { name: "证面", exact: true });
    await face.getByText("查看会以您的名义记入审计").waitFor();
    await face.getByRole("button", { name: "查看证面" }).click();
    await face
      .getByRole("img", { name: new RegExp(holder?.name ?? "") })
      .and(page.locator("[data-drawn]"))
      .waitFor();
    const content = page.getByRole("region", { name: "证照内容", exact: true });
    await content.getByText("查看会以您的名义记入审计").waitFor();
    await expectAccessible(page);
    await content.getByRole("button", { name: "查看证照内容" }).click();
    await content
      .getByText(holder?.code ?? "", { exact: false })
      .first()
      .waitFor();
    await content.getByText(String(licence.example.data.legalRepresentative)).waitFor();
    const kept = await savedFile(page.getByRole("button", { name: "下载 PDF" }));
    expect(kept.subarray(0, 5).toString()).toBe("%PDF-");
    const attached = await savedFile(page.getByRole("button", { name: `下载 ${PAPER.name}` }));
    expect(attached.toString()).toBe(PAPER.content.toString());
    await expectAccessible(page);
    await page.getByRole("link", { name: "证照一生" }).click();
    const uses = page.getByRole("region", { name: "使用与办理记录" });
    await uses.waitFor();
    for (const use of ["查看证照内容", "获取证照库文件"])
      await reloadedUntil(page, uses.getByRole("row", { name: new RegExp(`${use}.*${SUPERVISOR.name}`) }));
    const own = new RegExp(`(查看证照内容|获取证照库文件).*${SUPERVISOR.name}`);
    expect(await uses.getByRole("row", { name: own }).count()).toBe(3);
    await page.getByRole("link", { name: "证照库", exact: true }).click();
    await page.getByRole("link", { name: "与对端的差异" }).click();
    await page.getByRole("row", { name: /已连接/ }).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("4.4.4, 4.6.3: a certificate's versions stand on its page, the newest first, each with its state, and lead to one another", async () => {
    const { trial, origin } = scene();
    const issuer = systemOf(trial);
    const order = { ...orderFrom(licence, "archive-1"), businessSerial: "archive-2" };
    await issuer.issuing.replace(identifier, order, { cause: "地址变更" });
    const { identifier: later } = await issuer.issuing.issue("archive-2");
    issuer.close();
    const page = await scene().console(SUPERVISOR);
    await page.goto(`${origin}/console/archive/${encodeURIComponent(identifier)}`);
    const versions = page.getByRole("region", { name: "历次版本", exact: true });
    const rows = versions.getByRole("row");
    await rows.nth(1).getByText("已签发").waitFor();
    await rows
      .nth(2)
      .getByText(/第 1 版.*正在查看/)
      .waitFor();
    await rows.nth(2).getByText("已换发").waitFor();
    await expectAccessible(page);
    await rows.nth(1).getByRole("link", { name: "第 2 版" }).click();
    await page.waitForURL((url) => url.pathname.endsWith(encodeURIComponent(later)));
    await page.getByText("地址变更").waitFor();
    await rows
      .nth(1)
      .getByText(/第 2 版.*正在查看/)
      .waitFor();
    await rows.nth(2).getByRole("link", { name: "第 1 版" }).waitFor();
    await page.close();
  });

  test("4.2: who audits a department finds its certificates and reads no content; what is half asked for is told with what to do", async () => {
    const page = await scene().console(AUDITOR);
    const { origin } = scene();
    await page.goto(`${origin}/console/archive?identifier=${encodeURIComponent(identifier)}`);
    await page
      .getByRole("row", { name: /营业执照/ })
      .getByRole("link")
      .click();
    await page.getByText("查看证照内容需要管理员或监督检查角色").waitFor();
    await page.getByText("查看证面需要管理员或监督检查角色").waitFor();
    expect(await page.getByRole("button", { name: /下载|查看证照内容|查看证面/ }).count()).toBe(0);
    await page.goto(`${origin}/console/archive?number=1`);
    await page
      .getByRole("alert")
      .getByText(/^按证照编号查询须同时选择证照种类/)
      .waitFor();
    await page.goto(`${origin}/console/archive`);
    await page.getByRole("combobox", { name: "证照种类（名称或编码）" }).fill(licence.name);
    await page.getByTitle(`${licence.name} · ${licence.code}`).click();
    await page.waitForURL(({ searchParams }) => searchParams.get("itemCode") === licence.code);
    await page
      .getByRole("row", { name: new RegExp(licence.name) })
      .first()
      .waitFor();
    await page.close();
  });
}
