import { randomUUID } from "node:crypto";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Route } from "playwright-core";
import { expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { IMPLEMENTER, KEEPER, MAKER, ON_SCREEN, OTHER_KEEPER } from "../../../ops/trial/people.ts";
import { LINGHAI } from "../../../ops/trial/plan.ts";
import {
  ListCatalogItemVersionsRequestSchema,
  ListCatalogItemVersionsResponseSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { shanghaiDay } from "../../../services/domain/civil-date.ts";
import { holds } from "../patient.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;

/** Kinds of certificate on screen: what is published, and a change of it on its way through the people whose part it is (4.3). */
export function catalogTests(scene: () => ScreensScene): void {
  let address = "";

  test("4.3.3: what is in force is found by its name, with its data items as a table, its face as the node draws it, and since when", async () => {
    const page = await scene().console(MAKER);
    await page.goto(`${scene().origin}/console/catalog?search=${encodeURIComponent("业执")}`);
    await page.getByRole("link", { name: licence.name }).waitFor();
    expect(await page.getByRole("row").count()).toBe(2);
    await expectAccessible(page);
    await page.getByRole("link", { name: licence.name }).click();
    await page.getByRole("row", { name: "经营范围 businessScope 文字 是 1 – 950" }).waitFor();
    const versions = page.getByRole("table", { name: "历次版本" });
    await versions.getByRole("row", { name: /第 1 版 .*现行 20\d\d-\d\d-\d\d/ }).waitFor();
    expect(await page.getByRole("link", { name: "提出变更" }).count()).toBe(0);
    // Which versions are shown stands in the address, beside which one the page shows.
    await page.getByLabel("状态", { exact: true }).click();
    await page.locator(".ant-select-dropdown:visible").getByTitle("已被替代", { exact: true }).click();
    await page.getByText("没有符合条件的记录").waitFor();
    expect(new URL(page.url()).searchParams.get("versions-state")).toBe("3");
    await page.getByRole("button", { name: "清除条件" }).click();
    await page.getByLabel("按版本号、名称或发布日期查找版本").fill("业执");
    await page.keyboard.press("Enter");
    await versions.getByRole("link", { name: "第 1 版" }).waitFor();
    expect(new URL(page.url()).searchParams.get("versions-search")).toBe("业执");
    await page.close();
  });

  test("4.3.4: of an item with many versions the newest are shown, older ones page by page, each with until when it was in force", async () => {
    const page = await scene().console(MAKER);
    // A kind that was changed twenty times: the answers alone are not the node's own.
    await page.route("**/ecert.catalog.v1.CatalogService/ListCatalogItemVersions", (route) => {
      const asked = route.request().postDataBuffer() as Buffer;
      const { pageToken, pageSize } = fromBinary(ListCatalogItemVersionsRequestSchema, asked);
      const items = Array.from({ length: pageToken === "" ? pageSize : 1 }, (_, index) => {
        const version = pageToken === "" ? pageSize + 1 - index : 1;
        return {
          code: licence.code,
          version,
          publishedAt: `2026-01-${String(version).padStart(2, "0")}T00:00:00+08:00`,
        };
      });
      const replacedAt = items.map(({ version }) => `2026-02-${String(version).padStart(2, "0")}T00:00:00+08:00`);
      const answer = { items, replacedAt, nextPageToken: pageToken === "" ? "older" : "" };
      const told = toBinary(
        ListCatalogItemVersionsResponseSchema,
        create(ListCatalogItemVersionsResponseSchema, answer),
      );
      return route.fulfill({ contentType: "application/proto", body: Buffer.from(told) });
    });
    await page.goto(`${scene().origin}/console/catalog/items/${licence.code}`);
    await page.getByRole("link", { name: "第 2 版", exact: true }).waitFor();
    expect(await page.getByRole("link", { name: "第 1 版", exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "下一页" }).click();
    await page.getByRole("row", { name: /第 1 版 .*2026-01-01 .* 2026-02-01 / }).waitFor();
    expect(await page.getByRole("link", { name: "第 2 版", exact: true }).count()).toBe(0);
    await expectAccessible(page);
    expect(page.faults).toEqual([]);
    await page.close();
  });

  test("3.6, 4.3.2: what a division has to issue tells of each item every cause for which it is there, its own choice and who designated it, on the day that the address names", async () => {
    await designate(scene());
    const page = await scene().console(IMPLEMENTER);
    await page.getByRole("link", { name: "目录", exact: true }).click();
    await page.getByRole("link", { name: "推广计划" }).click();
    await page.getByText("还没有推广计划").waitFor();
    await page.getByRole("link", { name: "应开通目录" }).click();
    await page.getByLabel("行政区划代码").fill(ON_SCREEN.division);
    await page.getByRole("button", { name: "查看" }).click();
    await page.getByRole("row", { name: /营业执照 .*天湾区自行选定 自 2.* 岭海市指定 自 2/ }).waitFor();
    expect(new URL(page.url()).searchParams.get("division")).toBe(ON_SCREEN.division);
    await expectAccessible(page);
    await page.close();
  });

  test("4.3.4, 6.4.3.2: a change is written in the table of data items; it outlives a reload, and differs from the version in force where it was changed", async () => {
    const page = await scene().console(KEEPER);
    await page.goto(`${scene().origin}/console/catalog/items/${licence.code}`);
    await page.locator("canvas[data-drawn]").waitFor();
    await page.getByRole("link", { name: "第 1 版" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "提出变更" }).click();
    await page.getByLabel("经营范围的最多").fill("900");
    await page.getByLabel("正本或副本的标识").fill("name");
    await page.getByText("标识重复：name").waitFor();
    await page.getByRole("button", { name: "存为草案" }).and(page.locator(":disabled")).waitFor();
    await page.getByLabel("正本或副本的标识").fill("copy");
    await page.getByLabel("县（市、区）级").check();
    await page.getByLabel("统一社会信用代码的更多约定").click();
    await expectAccessible(page);
    await page.getByText("草稿已保存").waitFor();
    await page.reload();
    await holds(page.getByLabel("经营范围的最多"), "900");
    await page.getByRole("button", { name: "存为草案" }).click();
    await page.getByText("下一步：提交，由登记部门的目录管理办理").waitFor();
    const scope = page.getByRole("row", { name: /数据项标准·经营范围 maxLength ∼ 修改 950 900/ });
    await scope.waitFor();
    await page.getByRole("row", { name: "颁发层级 ＋ 增加 县（市、区）级" }).waitFor();
    expect(await page.locator("table.items").first().getByRole("row").count()).toBe(4);
    address = page.url();
    await page.close();
  });

  test("4.3.3, 4.3.4: what a draft lacks is told by its place when it is submitted; mended, it waits for the management body", async () => {
    const page = await scene().console(KEEPER);
    await page.goto(address);
    await page.getByRole("button", { name: "提交", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "提交", exact: true }).click();
    await dialog.getByText("颁发机构：未写明颁发机构，请列出").waitFor();
    await dialog.getByRole("button", { name: "取消" }).click();
    await page.getByRole("link", { name: "修改草案" }).click();
    await page.getByLabel("颁发机构").fill("县级以上市场监督管理部门");
    await expectAccessible(page);
    const { promise: isLookedAt, resolve: answer } = Promise.withResolvers<void>();
    const held = (route: Route) => isLookedAt.then(() => route.continue());
    await page.route(/\/GetDraft(\?|$)/, held, { times: 1 });
    await page.getByRole("button", { name: "存为草案" }).click();
    // Behind a save the draft is not shown as it was before it: a step would be taken at what is no more.
    await page.waitForURL(address);
    await page.locator('main [aria-busy="true"]').first().waitFor();
    expect(await page.getByRole("button", { name: "提交", exact: true }).count()).toBe(0);
    answer();
    await page.getByRole("button", { name: "提交", exact: true }).click();
    await dialog.getByRole("button", { name: "提交", exact: true }).click();
    await page.getByText("下一步：初审").waitFor();
    expect(await page.getByRole("button", { name: "初审" }).count()).toBe(0);
    await page.close();
  });

  test("4.3.4, 6.2.3.2: it waits for the management body on the workbench, which shows two faces beside each other, configures, and takes its step at what it has read", async () => {
    const page = await scene().console(IMPLEMENTER);
    await page.getByRole("link", { name: "营业执照 · 初审" }).click();
    const faces = page.locator("canvas[data-drawn]");
    await faces.nth(1).waitFor();
    await expectAccessible(page);
    const stale = await page.context().newPage();
    await stale.goto(address);
    await stale.getByRole("button", { name: "初审" }).waitFor();
    await page.getByRole("link", { name: "配置数据项与照面" }).click();
    await page.getByLabel("边写边看证面").check();
    const live = page.getByRole("figure", { name: "实时证面" });
    await live.locator("canvas[data-drawn]").waitFor();
    await expectAccessible(page);
    let drawings = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/PreviewFace")) drawings++;
    });
    const template = page.getByLabel("照面模板的文本（JSON）");
    await template.press("Control+End");
    const begun = Date.now();
    await template.pressSequentially("}}}}}}}}}}");
    const typing = Date.now() - begun;
    await page.getByText("按所填内容不能绘制，请先改正").waitFor();
    await live.waitFor({ state: "detached" });
    // Strokes between which the machine was busy for longer are paused between.
    expect(drawings).toBeLessThanOrEqual(1 + typing / 800);
    // Whoever writes is not taken out of it: what is pressed next is still for the template.
    for (let typed = 0; typed < 10; typed++) await page.keyboard.press("Backspace");
    await live.locator("canvas[data-drawn]").waitFor();
    await page.getByRole("button", { name: "添加印章图样" }).click();
    await page.getByLabel("印章名称 1").fill("登记机关专用章");
    await page.getByLabel("印章图样（JSON） 1").fill('{"kind":"round","name":"登记机关专用章","diameter":42}');
    await page.getByRole("button", { name: "存为草案" }).click();
    await page.getByText("下一步：初审").waitFor();
    await page.getByText("登记机关专用章").first().waitFor();
    await page.close();
    const dialog = stale.getByRole("dialog");
    await stale.getByRole("button", { name: "初审" }).click();
    await dialog.getByRole("button", { name: "初审" }).click();
    await dialog.getByRole("alert").first().waitFor();
    await dialog.getByRole("button", { name: "读取最新内容" }).click();
    await stale.getByText("登记机关专用章").first().waitFor();
    await stale.getByRole("button", { name: "初审" }).click();
    await dialog.getByLabel("意见").fill("已配置印章图样");
    await dialog.getByRole("button", { name: "初审" }).click();
    await stale.getByText("下一步：部门确认").waitFor();
    await stale.close();
  });

  test("4.3.4: another person of the department confirms than who wrote it, by keyboard, and it goes to the province", async () => {
    const writer = await scene().console(KEEPER);
    await writer.goto(address);
    await writer.getByText("下一步：部门确认").waitFor();
    expect(await writer.getByRole("button", { name: "部门确认" }).count()).toBe(0);
    await writer.close();
    const page = await scene().console(OTHER_KEEPER);
    await page.goto(address);
    await page.getByText("已配置印章图样").waitFor();
    await page.getByRole("button", { name: "部门确认" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByLabel("意见").fill("同意");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("下一步：省级确认，由省电子证照管理机构的目录管理员办理").waitFor();
    expect(page.faults).toEqual([]);
    await page.close();
  });

  test("4.3.4: a retirement is drafted from the item's page, tells that what was issued stays, takes the same steps, and is withdrawn with a word", async () => {
    const page = await scene().console(KEEPER);
    await page.goto(`${scene().origin}/console/catalog/items/${licence.code}`);
    await page.getByRole("link", { name: "提出停用" }).click();
    await page.getByText("停用后不再签发该证照，已签发的不受影响").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "起草停用" }).click();
    await page.getByRole("heading", { name: `${licence.name} 停用` }).waitFor();
    await page.getByText("下一步：提交").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "撤销" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("意见").fill("仍需使用");
    await dialog.getByRole("button", { name: "撤销" }).click();
    await page.getByText("已撤销").waitFor();
    await page.getByRole("link", { name: "目录草案", exact: true }).click();
    await page
      .getByRole("row", { name: /已撤销/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.close();
  });
}

/** The city designates for the department's county what the county has chosen itself (4.3.2). */
async function designate({ trial }: ScreensScene): Promise<void> {
  const lists = trial.operators.get(LINGHAI.code)?.client(ListService, trial.cores.linghai.mesh.catalog?.[0] ?? "");
  const line = { itemCode: licence.code, target: ON_SCREEN.division, from: shanghaiDay(new Date()) };
  await lists?.setUpList({ change: { id: randomUUID(), division: LINGHAI.code, lines: [line] } });
}
