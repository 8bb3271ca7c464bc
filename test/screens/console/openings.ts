import { expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { IMPLEMENTER, KEEPER, MAKER, ON_SCREEN } from "../../../ops/trial/people.ts";
import { OPEN_SINCE } from "../../../ops/trial/seed.ts";
import { signInStaff } from "../../../ops/trial/staff-session.ts";
import { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { consoleApp } from "../../../services/domain/console-app.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
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
}

/** Has the department write a request: the opening of its console as it stands, held to a number a day. */
async function written({ trial }: ScreensScene): Promise<void> {
  const key = trial.staff.find(({ account }) => account === KEEPER.account);
  if (!key) throw new Error(`nobody has the account ${KEEPER.account}`);
  const session = await signInStaff(trial.cores.linghai, trial.files.root, key);
  const { code, seal, node } = ON_SCREEN;
  const opening = {
    ...{ itemCode: licence.code, departmentCode: code, appKey: consoleApp(node.code, code), sealCode: seal },
    ...{ opensOn: OPEN_SINCE, controls: { issuesPerDay: 1_000 } },
  };
  const request = { id: ID, departmentCode: code, subject: { case: "issuing" as const, value: opening } };
  await session.client(OpeningRequestService, "governance").putOpeningRequest({ request });
}
