import { test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { MAKER, ON_SCREEN } from "../../../ops/trial/people.ts";
import { OPEN_SINCE } from "../../../ops/trial/seed.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { addDays, shanghaiDay } from "../../../services/domain/civil-date.ts";
import { consoleApp } from "../../../services/domain/console-app.ts";
import { choose, fillInData } from "../fill-in.ts";
import { holds } from "../patient.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible, type Watched } from "../watched.ts";

const eatery = readCatalogFiles().find(({ name }) => name === "食品经营许可证") as CatalogFile;
/** Data items of several rows (5.3), on screen. */
export function rowsTests(scene: () => ScreensScene): void {
  /** The form of a permit, filled in but for its rows. */
  async function begun(): Promise<Watched> {
    const page = await scene().console(MAKER);
    const [owner] = eatery.example.holders;
    const { businessItems: _items, supervisingOfficers: _officers, ...single } = eatery.example.data;
    await page.goto(`${scene().origin}/console/certificates/new?item=${eatery.code}`);
    await page.getByLabel("持证主体名称").fill(owner?.name ?? "");
    await choose(page, "代码类型", "统一社会信用代码");
    await page.getByLabel("持证主体代码").fill(owner?.code ?? "");
    const today = shanghaiDay(new Date());
    await page
      .getByLabel("有效期至", { exact: true })
      .fill(addDays(`${Number(today.slice(0, 4)) + 5}${today.slice(4)}`, -1));
    await fillInData(page, { ...eatery, example: { ...eatery.example, data: single } });
    await page.getByLabel("日常监督管理人员 1", { exact: true }).fill("黄样例");
    return page;
  }

  test("5.3: of a list there are as many rows as are added, and none that was removed; what the node refuses of it is told there, and the face says what was left", async () => {
    await openForConsole(scene());
    const page = await begun();
    const items = page.getByRole("group", { name: "经营项目", exact: true });
    const row = (number: number) => items.getByLabel(`经营项目 ${number}`, { exact: true });
    for (const [at, said] of ["热食类食品制售", "自制饮品制售", "热食类食品制售"].entries()) {
      if (at > 0) await items.getByRole("button", { name: "添加经营项目" }).click();
      await row(at + 1).fill(said);
    }
    await page.getByRole("button", { name: "制证" }).click();
    await items.getByText("不符合数据项标准").waitFor();
    await items.and(page.locator(":focus")).waitFor();
    await expectAccessible(page);
    await items.getByRole("button", { name: "删除经营项目 1" }).click();
    await row(3).waitFor({ state: "detached" });
    await items.getByText("不符合数据项标准").waitFor({ state: "detached" });
    await holds(row(2), "热食类食品制售");
    await page.getByRole("button", { name: "制证" }).click();
    await page.getByRole("img", { name: /食品经营许可证 证面.*自制饮品制售；热食类食品制售/s }).waitFor();
    await page.close();
  });
}

/** Opens the kind for the console of the department on screen, as an operator does after its sandbox check (6.2.4.3). */
async function openForConsole({ trial }: ScreensScene): Promise<void> {
  const { node, code: departmentCode, seal: sealCode } = ON_SCREEN;
  const appKey = consoleApp(node.code, departmentCode);
  const registry = trial.operators.get(node.code)?.client(RegistryService, trial.cores.linghai.mesh.catalog?.[0] ?? "");
  await registry?.putIssuingOpening({
    opening: { itemCode: eatery.code, departmentCode, appKey, sealCode, opensOn: OPEN_SINCE },
  });
}
