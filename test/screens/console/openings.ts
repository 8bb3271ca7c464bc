import { expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { consoleMatter } from "../../../ops/trial/console.ts";
import { IMPLEMENTER, KEEPER, MAKER, ON_SCREEN } from "../../../ops/trial/people.ts";
import { OPEN_SINCE } from "../../../ops/trial/seed.ts";
import { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { consoleApp } from "../../../services/domain/console-app.ts";
import type { SandboxStep } from "../../../services/domain/sandbox-check.ts";
import { holds, PATIENT } from "../patient.ts";
import { reportFile } from "../report-file.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const matter = consoleMatter(ON_SCREEN);
const ID = "console-day-limit";

/** Requests for openings on screen (开通申请, 6.2.4). */
export function openingsTests(scene: () => ScreensScene): void {
  test("6.2.4.2, 6.4.5.1: a department submits its request for an opening, whose every condition is shown; who may take no step is offered none", async () => {
    await written(scene());
    const page = await scene().console(KEEPER);
    await page.getByRole("link", { name: "发证 · 营业执照 · 提交" }).click();
    await page.getByText("每日签发上限").waitFor();
    await page.getByText("没有附材料").waitFor();
    await page.getByRole("button", { name: "提交" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "提交" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("待确认").first().waitFor();
    expect(await page.getByRole("button", { name: "确认" }).count()).toBe(0);
    await expectAccessible(page);
    await page.close();
    const maker = await scene().console(MAKER);
    expect(await maker.getByRole("link", { name: "开通", exact: true }).count()).toBe(0);
    await maker.close();
  });

  test("6.2.4.2: it waits for the management body on the workbench; sent back without a word it is refused with what to do, with one it is returned", async () => {
    const page = await scene().console(IMPLEMENTER);
    await page.getByRole("link", { name: "发证 · 营业执照 · 确认" }).click();
    await page.getByRole("button", { name: "退回" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "退回" }).click();
    await dialog.getByText("退回时须填写意见").first().waitFor();
    await dialog.getByLabel("意见").fill("请附沙箱报告");
    await dialog.getByRole("button", { name: "退回" }).click();
    await page.getByText("已退回").first().waitFor();
    await page.getByText("请附沙箱报告").waitFor();
    await page.getByRole("link", { name: "返回申请列表" }).click();
    await page.getByRole("row", { name: /发证 · 营业执照 .*已退回/ }).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("6.2.4.2, 6.2.4: a request is written on screen; of the sandbox's report it shows five steps, is refused while one that it needs is not done, and saved once all are", async () => {
    const page = await scene().console(KEEPER);
    await page.getByRole("link", { name: "开通", exact: true }).click();
    await page.getByRole("link", { name: "申请开通" }).click();
    await page.getByRole("radio", { name: "用证" }).check();
    await page.getByLabel("事项编码").fill(matter.name);
    await page.getByTitle(`${matter.name} · ${matter.code}`).click();
    await holds(page.getByLabel("事项编码"), matter.code);
    await page.getByRole("radio", { name: "发证" }).check();
    await page.getByLabel("证照目录项").fill(licence.code);
    await page.getByLabel("业务系统").fill(ON_SCREEN.appKey);
    await page.getByLabel("电子印章").fill("NO-SUCH-SEAL");
    await page.getByLabel("开始日期").fill(OPEN_SINCE);
    await page.getByLabel("每日签发上限").fill("500");
    const attach = (done: readonly SandboxStep[]) =>
      page.getByLabel("选择材料文件").setInputFiles(reportFile(scene().trial, done));
    await attach(["issued", "revoked", "refused"]);
    await page.getByText("未完成 · 本次开通须完成").waitFor();
    await expect.poll(() => page.getByText(/^已完成 1 次/).count(), PATIENT).toBe(3);
    await page.getByText("草稿已保存").waitFor();
    await page.reload();
    await page.getByText("未完成 · 本次开通须完成").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "保存申请" }).click();
    await page.getByText("尚未完成：换发一份证照").first().waitFor();
    await page.getByRole("button", { name: "删除报告.json" }).click();
    await attach(["issued", "replaced", "revoked", "refused"]);
    // Until the new report is read none is shown, and no step is missing either.
    await expect.poll(() => page.getByText(/^已完成 1 次/).count(), PATIENT).toBe(4);
    await page.getByText("未完成 · 本次开通须完成").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "保存申请" }).click();
    await page.locator(".ant-form-item-has-error").filter({ hasText: "电子印章" }).waitFor();
    await page.getByLabel("电子印章").fill(ON_SCREEN.seal);
    await page.getByRole("button", { name: "保存申请" }).click();
    await page.getByText("提交：由申请部门的部门管理员、目录管理办理").waitFor();
    await page.getByText("换发一份证照").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "修改申请" }).click();
    await page.getByRole("heading", { name: "修改申请" }).waitFor();
    await page.getByText("换发一份证照").waitFor();
    await expectAccessible(page);
    await page.close();
  });
}

/** Has the department write a request: the opening of its console as it stands, held to a number a day. */
async function written(scene: ScreensScene): Promise<void> {
  const session = await scene.session(KEEPER);
  const { code, seal, node } = ON_SCREEN;
  const opening = {
    ...{ itemCode: licence.code, departmentCode: code, appKey: consoleApp(node.code, code), sealCode: seal },
    ...{ opensOn: OPEN_SINCE, controls: { issuesPerDay: 1_000 } },
  };
  const request = { id: ID, departmentCode: code, subject: { case: "issuing" as const, value: opening } };
  await session.client(OpeningRequestService, "governance").putOpeningRequest({ request });
}
