import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { amendPolicy } from "../../../ops/trial/agents.ts";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { MAKER, ON_SCREEN, SIGNER } from "../../../ops/trial/people.ts";
import { PROVINCE } from "../../../ops/trial/plan.ts";
import { OPEN_SINCE } from "../../../ops/trial/seed.ts";
import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { addDays, shanghaiDay } from "../../../services/domain/civil-date.ts";
import { consoleApp } from "../../../services/domain/console-app.ts";
import { eventually } from "../../node/eventually.ts";
import { choose, fillInData } from "../fill-in.ts";
import { tabTo } from "../keyboard.ts";
import { holds } from "../patient.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible, type Watched } from "../watched.ts";

const eatery = readCatalogFiles().find(({ name }) => name === "食品经营许可证") as CatalogFile;
/** Who works there: a table of the kind's next version, whose columns may all be left empty. */
const STAFF = {
  type: "array",
  title: "从业人员",
  maxItems: 3,
  items: {
    type: "object",
    additionalProperties: false,
    properties: {
      name: { type: "string", title: "姓名", maxLength: 6 },
      post: { type: "string", title: "岗位", enum: ["厨师", "服务员"] },
      health: { type: "string", title: "健康证编号", maxLength: 8, pattern: "^[0-9]{4,8}$" },
      until: { type: "string", title: "健康证有效期至", format: "date" },
    },
  },
};
const STAFF_ON_FACE = {
  ...{ type: "table", source: "data.staff", box: [70, 149, 82, 15], rowHeight: 3.7, minRowHeight: 3.5 },
  ...{ header: { height: 3.6, size: 6 }, stroke: "#4F8A5B", strokeWidth: 0.1 },
  columns: [
    { width: 20, title: "姓名", source: "name", size: 6, minSize: 4 },
    { width: 16, title: "岗位", source: "post", size: 6, minSize: 4 },
    { width: 20, title: "健康证编号", source: "health", size: 6, minSize: 4 },
    { width: 26, title: "有效期至", source: "until", format: "date", size: 6, minSize: 4 },
  ],
};

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

  test("5.3, 5.4.2: by keyboard rows of a table are added, filled in and removed; what the node refuses of a row is told at its field as it stands on screen, past a row that was left empty; the face shows the table, and the certificate is issued", async () => {
    await publishWithStaff(scene());
    const page = await begun();
    await page.getByLabel("经营项目 1", { exact: true }).fill("热食类食品制售");
    const staff = page.getByRole("group", { name: "从业人员", exact: true });
    const row = (number: number) => staff.getByRole("group", { name: `从业人员 ${number}`, exact: true });
    const typed = async (number: number, label: string, text: string) => {
      await tabTo(page, row(number).getByLabel(label, { exact: true }));
      await page.keyboard.type(text);
    };
    await tabTo(page, staff.getByRole("button", { name: "添加从业人员" }));
    for (const number of [1, 2, 3]) {
      await page.keyboard.press("Enter");
      await row(number).waitFor();
    }
    expect(await staff.getByRole("button", { name: "添加从业人员" }).isDisabled()).toBe(true);
    // One too many, and removed: what is behind it moves up, and the way goes on from the list.
    await staff.focus();
    await typed(1, "姓名", "误填");
    await typed(2, "姓名", "甲样例");
    await staff.focus();
    await tabTo(page, staff.getByRole("button", { name: "删除从业人员 1", exact: true }));
    await page.keyboard.press("Enter");
    await row(3).waitFor({ state: "detached" });
    await staff.and(page.locator(":focus")).waitFor();
    await holds(row(1).getByLabel("姓名", { exact: true }), "甲样例");
    await tabTo(page, row(1).getByLabel("岗位", { exact: true }));
    await page.keyboard.press("ArrowDown");
    await page.locator(".ant-select-dropdown:visible .ant-select-item-option-active").waitFor();
    await page.keyboard.press("Enter");
    await typed(1, "健康证编号", "44010001");
    await tabTo(page, row(1).getByLabel("健康证有效期至", { exact: true }));
    await page.keyboard.type("03152030");
    await tabTo(page, staff.getByRole("button", { name: "添加从业人员" }));
    await page.keyboard.press("Enter");
    await row(3).waitFor();
    await staff.focus();
    await typed(3, "姓名", "乙样本");
    await typed(3, "健康证编号", "1");
    await tabTo(page, page.getByRole("button", { name: "制证" }));
    await page.keyboard.press("Enter");
    const refused = row(3).getByText("格式不符");
    await refused.waitFor();
    await row(3).getByLabel("健康证编号", { exact: true }).and(page.locator(":focus")).waitFor();
    expect(await staff.getByText("格式不符").count()).toBe(1);
    await expectAccessible(page, "rows");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("44010003");
    await tabTo(page, page.getByRole("button", { name: "制证" }));
    await page.keyboard.press("Enter");
    await page
      .getByRole("img", { name: /食品经营许可证 证面.*甲样例.*厨师.*44010001.*2030.*乙样本.*44010003/s })
      .waitFor();
    const made = page.url();
    await page.close();
    await issued(scene(), made);
  });
}

/** Issues it on screen, once the department's own host lets the console have this kind signed. */
async function issued(scene: ScreensScene, address: string): Promise<void> {
  const agent = scene.trial.agents.get(ON_SCREEN.agent);
  if (!agent) throw new Error("the trial has no agent of the department on screen");
  const app = consoleApp(ON_SCREEN.node.code, ON_SCREEN.code);
  amendPolicy(agent.files, (policy) => ({
    ...policy,
    apps: (policy.apps as { app: string; items?: string[] }[]).map((one) =>
      one.app === app ? { ...one, items: [...(one.items ?? []), eatery.code] } : one,
    ),
  }));
  await agent.running.stop();
  await agent.running.restart();
  const page = await scene.console(SIGNER);
  await page.goto(address);
  await page.locator("canvas[data-drawn]").waitFor();
  await page.getByRole("button", { name: "核验并签发" }).click();
  await page.getByText("已签发").first().waitFor();
  await page.close();
}

/** Publishes the kind's next version, with the table; resolves once it has reached the department's node (5.7.3). */
async function publishWithStaff({ trial }: ScreensScene): Promise<void> {
  const { code, content, dataSchema, template, example } = eatery;
  const rows = [{ name: "王样例", post: "厨师", health: "44010009", until: "2030-01-31" }];
  const next = create(CatalogItemContentSchema, {
    ...content,
    dataSchemaJson: JSON.stringify({ ...dataSchema, properties: { ...dataSchema.properties, staff: STAFF } }),
    faceTemplateJson: JSON.stringify({ ...template, elements: [...template.elements, STAFF_ON_FACE] }),
    exampleJson: JSON.stringify({ ...example.data, staff: rows }),
  });
  const of = (node: string, mesh: string | undefined) => {
    const operator = trial.operators.get(node);
    if (!operator) throw new Error(`the trial has no operator of ${node}`);
    return operator.client(CatalogService, mesh ?? "");
  };
  const province = of(PROVINCE.code, trial.cores.province.mesh.catalog?.[0]);
  const { item } = await province.registerCatalogItem({ code, content: next });
  const version = item?.version ?? 0;
  await province.publishCatalogItem({ code, version });
  const city = of(ON_SCREEN.node.code, trial.cores.linghai.mesh.catalog?.[0]);
  await eventually(async () => {
    const { item: arrived } = await city.getCatalogItem({ code });
    if (arrived?.version !== version) throw new Error(`version ${version} has not arrived`);
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
