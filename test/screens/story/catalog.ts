import { expect, test } from "vitest";
import { PEOPLE, type Who } from "../../e2e/governance-people.ts";
import { settling } from "../../e2e/governance-scene.ts";
import { choose } from "../fill-in.ts";
import { reloadedUntil } from "../patient.ts";
import type { Watched } from "../watched.ts";
import type { Stage } from "./stage.ts";

/** 4.3.4, 6.2.3.2: a kind of certificate from its first words to a version of the province's catalog, by five people on screen. */
export function catalogSteps(stage: () => Stage): void {
  let path = "";

  test("4.3.3, 4.3.4: somebody of the department writes what the kind of certificate says, and submits it; the city's body configures the seal", async () => {
    const { code } = stage().scene.licence;
    const page = await stage().console("writer");
    await page.getByRole("link", { name: "目录", exact: true }).click();
    await page.getByRole("link", { name: "登记新目录项" }).click();
    await page.getByLabel("目录编码", { exact: true }).fill(code);
    await write(page, stage());
    await stage().film(page, "起草目录项");
    await page.getByRole("button", { name: "存为草案" }).click();
    await page.getByText("下一步：提交").waitFor();
    path = new URL(page.url()).pathname;
    await page.close();
    await step("writer", "提交", "首次登记");
    await configure(stage(), `${stage().origins.city}${path}`);
    await step("lister", "初审", "已配置印章图样");
  });

  test("4.3.4, 6.2.3.2: another one of the department confirms it, two of the province approve and publish it, and it is in force at the city", async () => {
    await step("confirmer", "部门确认", "同意");
    await step("approver", "省级确认", "同意");
    await step("releaser", "发布", "同意发布");
    const page = await stage().console("maker");
    await page.goto(`${stage().origins.city}/console/catalog`);
    const inForce = page.getByRole("row", { name: /营业执照.*现行/ });
    await reloadedUntil(page, inForce);
    expect(await inForce.count()).toBe(1);
    await stage().film(page, "目录已发布");
    await page.close();
  });

  const step = (who: Who, name: string, remark: string) => takeStep(stage(), who, path, name, remark);
}

/** Fills in the editor of an item with what the seed says of a licence. */
async function write(page: Watched, { scene }: Stage): Promise<void> {
  const { content, example, dataSchema, bindings } = scene.licence;
  await page.getByLabel("证照名称", { exact: true }).fill(content.name);
  await page.getByLabel("证照类型代码").fill(content.typeCode);
  await page.getByLabel("证照定义机构").fill(content.definingAuthority);
  await choose(page, "有效期", "由部门填写");
  await page.getByRole("spinbutton", { name: "年数" }).fill("100");
  await page.getByRole("checkbox", { name: "长期" }).check();
  await page.getByLabel("县（市、区）级").check();
  await page.getByLabel("颁发机构").fill("县级以上市场监督管理部门");
  await page.getByRole("button", { name: "按文本编辑" }).click();
  await page.getByLabel("数据项标准的文本").fill(content.dataSchemaJson);
  await page.getByRole("button", { name: "按表格编辑" }).click();
  for (const [index, { dataItem, metadata }] of bindings.entries()) {
    await page.getByRole("button", { name: "添加对应关系" }).click();
    await page.getByLabel(`数据项 ${index + 1}`, { exact: true }).fill(dataItem);
    await page.getByLabel(`元数据 ${index + 1}`, { exact: true }).fill(metadata);
  }
  const { properties } = dataSchema as { properties: Record<string, { title?: string; enum?: unknown }> };
  const sample = page.locator("section", { has: page.getByRole("heading", { name: "证照样例" }) });
  for (const [name, { title = "", enum: choices }] of Object.entries(properties)) {
    const field = sample.getByLabel(title, { exact: true });
    if (!choices) await field.fill(String(example.data[name]));
    else {
      await field.click();
      await page
        .locator(".ant-select-dropdown:visible")
        .getByTitle(String(example.data[name]), { exact: true })
        .click();
    }
  }
  await page.getByLabel("照面模板的文本（JSON）").fill(content.faceTemplateJson);
}

/** The city's body puts the picture of a seal, by which the face is judged. */
async function configure(stage: Stage, address: string): Promise<void> {
  const page = await stage.console("lister");
  await page.goto(address);
  await page.getByRole("link", { name: "配置数据项与照面" }).click();
  await page.getByRole("button", { name: "添加印章图样" }).click();
  await page.getByLabel("印章名称 1").fill("登记机关专用章");
  await page.getByLabel("印章图样（JSON） 1").fill(JSON.stringify(stage.scene.licence.sealPicture));
  await page.getByRole("button", { name: "存为草案" }).click();
  await page.getByText("登记机关专用章").first().waitFor();
  await page.locator("canvas[data-drawn]").first().waitFor();
  await stage.film(page, "配置印章图样");
  await page.close();
}

/** Takes a step of a draft at somebody's own node, with a remark, once it has come to it. */
async function takeStep(stage: Stage, who: Who, path: string, name: string, remark: string): Promise<void> {
  const page = await stage.console(who);
  const button = page.getByRole("button", { name, exact: true });
  await page.goto(new URL(path, page.url()).href);
  await expect
    .poll(async () => {
      if ((await button.count()) === 0) await page.reload();
      return button
        .first()
        .waitFor({ timeout: 5_000 })
        .then(
          () => true,
          () => false,
        );
    }, settling)
    .toBe(true);
  await button.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("意见").fill(remark);
  await dialog.getByRole("button", { name, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText(PEOPLE[who].name).first().waitFor();
  await stage.film(page, name);
  await page.close();
}
