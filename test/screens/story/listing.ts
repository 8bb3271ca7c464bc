import { expect, test } from "vitest";
import { addDays } from "../../../services/domain/civil-date.ts";
import { MARKET } from "../../e2e/governance-people.ts";
import { TODAY } from "../../e2e/governance-scene.ts";
import { expectAccessible } from "../watched.ts";
import type { Stage } from "./stage.ts";

/** The plan by which it comes there. */
export const PLAN = "营业执照电子化专项";

/** How a kind of certificate comes on the obligatory list of a city: by a plan, a change of the list, and another person each time (6.2.3.1, 6.2.5.1). */
export function listingSteps(stage: () => Stage): void {
  test("6.2.5.1: one catalog administrator draws up a plan, and an administrator adopts it", async () => {
    const { code } = stage().scene.licence;
    const page = await stage().console("lister");
    await page.goto(`${stage().origins.city}/console/catalog/plans`);
    await page.getByRole("link", { name: "拟定推广计划" }).click();
    await page.getByLabel("专项名称", { exact: true }).fill(PLAN);
    await page.getByLabel("批次名称 1").fill("第一批");
    await page.getByLabel("证照 1.1", { exact: true }).fill(code);
    await page.getByLabel("部门代码 1.1", { exact: true }).fill(MARKET.code);
    await page.getByRole("button", { name: "存为计划草稿" }).click();
    // No last day was given: the node says so at its field, and nothing is lost.
    await page.locator(".ant-form-item-explain-error").first().waitFor();
    await page.getByLabel("截止日期 1").fill(addDays(TODAY, 30));
    await expectAccessible(page);
    await page.getByRole("button", { name: "存为计划草稿" }).click();
    await page.getByText("由另一人通过后执行").waitFor();
    await page.getByRole("link", { name: "修改计划" }).click();
    await page.getByRole("heading", { name: "修改计划" }).waitFor();
    await expectAccessible(page);
    await page.close();
    const chief = await stage().console("chief");
    await chief.getByRole("link", { name: `${PLAN} · 通过计划` }).click();
    await chief.getByRole("button", { name: "通过计划" }).click();
    await chief.getByRole("dialog").getByRole("button", { name: "通过计划" }).click();
    await chief.getByText("执行中").waitFor();
    await stage().film(chief, "推广计划已通过");
    await chief.close();
  });

  test("4.1.2, 4.4.1, 6.2.3.1: its first batch is put on the list, another catalog administrator publishes that, and the list says why it is there", async () => {
    const { city } = stage().origins;
    const page = await stage().console("lister");
    await page.goto(`${city}/console/catalog/plans`);
    await page.getByRole("link", { name: PLAN }).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: PLAN }).click();
    const goal = page.getByRole("row", { name: /营业执照/ });
    await goal.waitFor();
    await page.getByText("共 1 项目标，已开通 0 项，逾期 0 项").waitFor();
    await page.getByRole("columnheader", { name: "截止" }).click();
    await page.waitForURL(/goals-sort=due_on/);
    await goal.waitFor();
    await page.getByRole("heading", { name: "目标" }).waitFor();
    await page.getByLabel("第 1 批自哪天起列入").fill(TODAY);
    await expectAccessible(page);
    await page.getByRole("button", { name: "第 1 批列入应开通目录" }).click();
    await page.getByText("由另一名目录管理员发布").waitFor();
    await goal.waitFor();
    expect(await page.getByRole("button", { name: "发布变更" }).count()).toBe(0);
    await expectAccessible(page);
    await page.close();
    const publisher = await stage().console("listPublisher");
    await publisher.getByRole("link", { name: /^发布清单变更/ }).click();
    await publisher.getByRole("link", { name: "返回变更列表" }).click();
    await publisher.getByRole("row", { name: /拟稿/ }).getByRole("link").click();
    await publisher.getByRole("button", { name: "发布变更" }).click();
    await publisher.getByRole("dialog").getByRole("button", { name: "发布变更" }).click();
    await publisher.getByText("已发布").first().waitFor();
    await stage().film(publisher, "清单变更已发布");
    await publisher.goto(`${city}/console/catalog/list?division=${MARKET.division}`);
    await publisher.getByRole("row", { name: new RegExp(`营业执照 .*岭海市指定 自 ${TODAY}`) }).waitFor();
    await stage().film(publisher, "应开通目录");
    await publisher.close();
  });

  test("6.2.3.1: a change that is written by hand is refused at the line that is wrong, and given up with a remark", async () => {
    const page = await stage().console("lister");
    await page.goto(`${stage().origins.city}/console/catalog/list/changes`);
    await page
      .getByRole("row", { name: /已发布/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "拟定变更" }).click();
    await page.getByLabel("证照 1", { exact: true }).fill("GD-NONE-0001");
    await page.getByLabel("自 1", { exact: true }).fill(TODAY);
    await page.getByRole("button", { name: "存为变更草稿" }).click();
    await page.locator(".ant-form-item-explain-error").first().waitFor();
    await page.getByLabel("证照 1", { exact: true }).fill(stage().scene.licence.code);
    await expectAccessible(page);
    await page.getByRole("button", { name: "存为变更草稿" }).click();
    await page.getByRole("button", { name: "作废变更" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("意见").fill("与计划重复");
    await dialog.getByRole("button", { name: "作废变更" }).click();
    await page.getByText("已作废").first().waitFor();
    expect(page.faults).toEqual([]);
    await page.close();
  });
}
