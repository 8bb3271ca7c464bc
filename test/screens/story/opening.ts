import { expect, test } from "vitest";
import { PROVINCE } from "../../../ops/trial/plan.ts";
import { IssuerService } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { MARKET, MARKET_APP } from "../../e2e/governance-people.ts";
import { type GovernanceScene, SINCE, settling, signingCertificate, TODAY } from "../../e2e/governance-scene.ts";
import { reloadedUntil } from "../patient.ts";
import { reportFile } from "../report-file.ts";
import type { Watched } from "../watched.ts";
import { PLAN } from "./listing.ts";
import type { Stage } from "./stage.ts";

/** What must be there before a department issues (4.4.1, 5.8.3, 6.4.5.1). */
export function openingSteps(stage: () => Stage): void {
  test("6.2.4.1: the city's administrator registers the app of the department's work on screen and that of its own system, whose secret is shown once", async () => {
    await registered(stage(), MARKET_APP, `${MARKET.name}经办`);
    await registered(stage(), MARKET.appKey, `${MARKET.name}审批系统`);
  });

  test("5.6.2, 5.8.4, 6.4.1.4: the seal is prepared by one and confirmed by the department on its workbench; the province gives the right to issue", async () => {
    await sealed(stage());
    await entitled(stage().scene);
  });

  test("6.2.4.2, 6.4.5.1: the department asks on screen for its work on screen to be opened, and the 实施员 confirms it", async () => {
    await asked(stage(), MARKET_APP);
    await confirmed(stage());
  });

  test("6.2.4, 6.2.4.2: its own system is opened by what it has done in the sandbox, of which five steps are shown to both", async () => {
    const report = reportFile(stage().scene.trial, ["issued", "replaced", "used", "revoked", "refused"]);
    await asked(stage(), MARKET.appKey, report);
    await confirmed(stage(), async (page) => {
      await page.getByText("换发一份证照").waitFor();
      await stage().film(page, "沙箱检测");
    });
  });

  test("6.2.5.2: the plan tells how far it is: of its one goal all is opened now, nothing issued yet", async () => {
    const page = await stage().console("lister");
    await page.goto(`${stage().origins.city}/console/catalog/plans`);
    await page.getByRole("link", { name: PLAN }).click();
    const progress = page.getByRole("table", { name: "进度" });
    await page.getByText("共 1 项目标，已开通 1 项，逾期 0 项，已实际办理 0 项").waitFor();
    await progress.getByRole("row", { name: `${MARKET.name} 1 1 0 0` }).waitFor();
    await page.close();
  });
}

/** Writes a request for issuing by an app, and submits it. */
async function asked(stage: Stage, app: string, report?: ReturnType<typeof reportFile>): Promise<void> {
  const page = await stage.console("writer");
  await page.getByRole("link", { name: "开通", exact: true }).click();
  await page.getByRole("link", { name: "申请开通" }).click();
  await page.getByLabel("证照目录项").fill(stage.scene.licence.code);
  await page.getByLabel("业务系统").fill(app);
  await page.getByLabel("电子印章").fill(MARKET.seal);
  await page.getByLabel("开始日期").fill(TODAY);
  if (report) await page.getByLabel("选择材料文件").setInputFiles(report);
  if (report) await page.getByText("换发一份证照").waitFor();
  await stage.film(page, report ? "附沙箱报告" : "申请开通");
  await page.getByRole("button", { name: "保存申请" }).click();
  await page.getByRole("button", { name: "提交" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "提交" }).click();
  await page.getByText("待确认").first().waitFor();
  await page.close();
}

/** Confirms what waits on the workbench of the 实施员, and waits until it is in force. */
async function confirmed(stage: Stage, look: (page: Watched) => Promise<void> = async () => {}): Promise<void> {
  const page = await stage.console("implementer");
  await page.getByRole("link", { name: "发证 · 营业执照 · 确认" }).click();
  await page.getByRole("button", { name: "确认" }).waitFor();
  await look(page);
  await page.getByRole("button", { name: "确认" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "确认" }).click();
  await dialog.waitFor({ state: "detached" });
  await reloadedUntil(page, page.getByText("已开通"));
  await stage.film(page, "已开通");
  await page.close();
}

/** Registers an app of the department; its secret is shown once, where it has one. */
async function registered(stage: Stage, key: string, name: string): Promise<void> {
  const page = await stage.console("chief");
  await page.goto(`${stage.origins.city}/console/people/apps`);
  await page.getByRole("link", { name: "登记业务系统" }).click();
  // The list before is narrowed by a field that is called alike.
  await page.getByRole("heading", { name: "登记业务系统" }).waitFor();
  await page.getByLabel("所在部门").fill(MARKET.code);
  await page.getByLabel("系统名称", { exact: true }).fill(name);
  await page.getByRole("textbox", { name: "AppKey" }).fill(key.replace(/^\d+-/, ""));
  for (const scope of ["制证", "签发", "查询已发证照", "变更、注销证照"])
    await page.getByRole("checkbox", { name: scope, exact: true }).check();
  await stage.film(page, "登记业务系统");
  await page.getByRole("button", { name: "登记并生成密钥" }).click();
  await page.getByRole("heading", { name }).waitFor();
  const secret = page.locator("[data-secret]");
  if (key === MARKET_APP) await page.getByText("这是部门的经办应用").waitFor();
  else expect(await secret.textContent()).toMatch(/^\S{20,}$/);
  await page.getByRole("link", { name: "查看该业务系统" }).click();
  await page.getByText(key).first().waitFor();
  await secret.waitFor({ state: "detached" });
  await page.close();
}

/** The management body prepares the seal by the certificate of the department's agent, and the department confirms what it sees. */
async function sealed(stage: Stage): Promise<void> {
  const { code, seal, agent, name } = MARKET;
  const called = `${name}电子证照专用章`;
  const page = await stage.console("implementer");
  await page.goto(`${stage.origins.city}/console/people/departments/${code}`);
  await page.getByRole("link", { name: "准备印章" }).click();
  // The page before has fields to search by that are called alike.
  await page.getByRole("heading", { name: "准备印章" }).waitFor();
  await page.getByLabel("印章编码").fill(seal);
  await page.getByLabel("印章名称").fill(called);
  await page.getByLabel("签名证书", { exact: true }).fill(signingCertificate(stage.scene.trial, agent));
  await page.getByRole("button", { name: "保存印章" }).click();
  await page.getByRole("heading", { name: called }).waitFor();
  await page.getByText("待部门确认").first().waitFor();
  await page.close();
  const head = await stage.console("head");
  await head.getByRole("link", { name: `${called} · 确认印章` }).click();
  await head.locator(".seal-picture canvas[data-drawn]").waitFor();
  await head.getByRole("button", { name: "确认印章" }).click();
  await head.getByRole("dialog").getByRole("button", { name: "确认印章" }).click();
  await head.getByText("可签章").waitFor();
  await stage.film(head, "印章已确认");
  await head.close();
}

/** Binds the department to its node at the province, and gives it the right to issue, by the operator's own client: no page does. */
async function entitled({ trial, licence }: GovernanceScene): Promise<void> {
  const { code, node } = MARKET;
  const { mesh } = trial.cores.province;
  const issuers = trial.operators.get(PROVINCE.code)?.client(IssuerService, mesh.catalog?.[0] ?? "");
  await expect
    .poll(async () => (await issuers?.confirmDepartment({ code, node: node.code }))?.body?.node, settling)
    .toBe(node.code);
  const right = { node: node.code, departmentCode: code, itemCode: licence.code, since: SINCE };
  await issuers?.putIssuingRight({ right });
}
