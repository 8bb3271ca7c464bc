import { expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { consoleIssuingMatter, consoleMatter } from "../../../ops/trial/console.ts";
import {
  ADMINISTRATOR,
  CERTIFICATE_USER,
  DEPARTMENT_ADMINISTRATOR,
  IMPLEMENTER,
  ON_SCREEN,
} from "../../../ops/trial/people.ts";
import { LINGHAI } from "../../../ops/trial/plan.ts";
import { MatterImportState } from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { addDays, shanghaiDay } from "../../../services/domain/civil-date.ts";
import { SORTED_AT_MOST } from "../../../services/store/ordered-page.ts";
import { imported, previewed } from "../../fixtures/matter-import.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const matter = consoleMatter(ON_SCREEN);
const issuing = consoleIssuingMatter(ON_SCREEN);

/** Longest that a page of many rows may take to come, milliseconds. */
const SOON_MS = 15_000;

/** Lists of a department that has much. */
export function manyRowsTests(scene: () => ScreensScene): void {
  test("6.2.2.2: among ten thousand matters of a department only those that use certificates are listed, and found by their names", async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => `PLDR-${index},批量导入事项${index},${ON_SCREEN.code}`);
    const session = await scene().session(DEPARTMENT_ADMINISTRATOR);
    const file = ["事项编码,事项名称,部门统一社会信用代码", ...rows].join("\n");
    const { state, counts } = await imported(session.client(MatterService, "catalog"), file, { rowsOnly: true });
    expect([state, counts?.added]).toEqual([MatterImportState.DONE, 10_000n]);
    const other = await scene().console(CERTIFICATE_USER);
    await other.goto(`${scene().origin}/console/use`);
    await other.getByRole("link", { name: matter.name }).waitFor();
    expect(await other.getByRole("listitem").filter({ hasText: "批量导入事项" }).count()).toBe(0);
    await other.getByLabel("按事项名称或编码查找").fill("批量导入");
    await other.getByText("没有").first().waitFor();
    await other.getByLabel("按事项名称或编码查找").fill(matter.name.slice(0, 4));
    await other.getByRole("link", { name: matter.name }).waitFor();
    await other.close();
  });

  test("6.2.2.2: a table of these ten thousand matters is paged, sorted by its headings and searched, each in 15 seconds at most on a loaded machine", async () => {
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.goto(`${scene().origin}/console/people/matters`);
    const table = page.getByRole("table", { name: "事项清单" });
    const shows = (code: string) => table.getByRole("cell", { name: code, exact: true }).waitFor({ timeout: SOON_MS });
    const heading = page.getByRole("columnheader", { name: "事项编码" });
    await shows("PLDR-0");
    await heading.click();
    await page.locator('th[aria-sort="ascending"]', { hasText: "事项编码" }).waitFor();
    await heading.click();
    await shows("PLDR-9999");
    await page.getByRole("button", { name: "下一页" }).click();
    await shows("PLDR-9979");
    await page.getByText("第 2 页").waitFor();
    await page.getByLabel("按事项名称或编码查找").fill("事项4711");
    await page.keyboard.press("Enter");
    await shows("PLDR-4711");
    await table.getByRole("cell", { name: "PLDR-9979", exact: true }).waitFor({ state: "detached" });
    await page.goto(`${scene().origin}/console/people/matters`);
    await shows("PLDR-0");
    await page.getByLabel("证照", { exact: true }).click();
    await page.locator(".ant-select-dropdown:visible").getByTitle("核发证照且未终止", { exact: true }).click();
    await heading.click();
    await shows(issuing.code);
    expect(await table.getByRole("cell", { name: /^PLDR-/ }).count()).toBe(0);
    const { searchParams } = new URL(page.url());
    expect([searchParams.get("certificates"), searchParams.get("sort")]).toEqual(["issuing", "code"]);
    await expectAccessible(page);
    await page.close();
  });

  test("6.2.2.2: more rows than are sorted are given in no part as if it were the whole: in both languages the page says why and what to do, and gives them in their own order", async () => {
    const rows = Array.from({ length: SORTED_AT_MOST + 1 }, (_, at) => `PLXX-${at},待比对事项${at},${ON_SCREEN.code}`);
    const session = await scene().session(DEPARTMENT_ADMINISTRATOR);
    const file = ["事项编码,事项名称,部门统一社会信用代码", ...rows].join("\n");
    const { id } = await previewed(session.client(MatterService, "catalog"), file, { rowsOnly: true });
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.goto(`${scene().origin}/console/people/matters/imports/${encodeURIComponent(id)}?sort=name`);
    await page.getByText("记录超过50000条，不能按该列排序").first().waitFor({ timeout: SOON_MS });
    await expectAccessible(page);
    await page.getByRole("button", { name: "English" }).click();
    await page
      .getByText(/narrow the list by state, department or division, or leave the order out/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Show them in their own order" }).click();
    await page.getByRole("cell", { name: "PLXX-0", exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get("sort")).toBe(null);
    // By row is their own order, which no number of rows bars.
    await page.getByRole("columnheader", { name: "Row" }).click();
    await page.locator('th[aria-sort="ascending"]', { hasText: "Row" }).waitFor();
    await page.getByRole("cell", { name: "PLXX-0", exact: true }).waitFor();
    await page.close();
  });

  test("6.2.5.1: of more plans than are asked for at once the workbench shows those that wait longest first, whatever they are called", async () => {
    const plans = (await scene().session(IMPLEMENTER)).client(PlanService, "governance");
    const dueOn = addDays(shanghaiDay(new Date()), 30);
    const items = [{ code: licence.code, departmentCode: ON_SCREEN.code }];
    const drawnUp = (id: string, name: string) =>
      plans.putPlan({ plan: { id, name, division: LINGHAI.code, batches: [{ name: "第一批", dueOn, items }] } });
    await drawnUp("zzzz", "最早的专项");
    for (let index = 0; index < 50; index++) await drawnUp(`aaaa-${index}`, `后来的专项${index}`);
    const page = await scene().console(ADMINISTRATOR);
    const panel = page.locator(".panel").filter({ hasText: "待通过的推广计划" });
    await panel.getByRole("listitem").first().getByRole("link", { name: "最早的专项" }).waitFor();
    await panel.getByRole("listitem").nth(1).getByRole("link", { name: "后来的专项0" }).waitFor();
    await panel.getByRole("link", { name: "查看全部" }).waitFor();
    await page.close();
  });
}
