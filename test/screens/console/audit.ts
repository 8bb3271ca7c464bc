import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../../ops/trial/connect.ts";
import { consoleMatter } from "../../../ops/trial/console.ts";
import { signIn } from "../../../ops/trial/holder.ts";
import { AUDITOR, CERTIFICATE_USER, MAKER, ON_SCREEN, SUPERVISOR } from "../../../ops/trial/people.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import type { Connector } from "../../../services/client/index.ts";
import { addDays, shanghaiDay } from "../../../services/domain/civil-date.ts";
import { PATIENT, reloadedUntil } from "../patient.ts";
import type { ScreensScene } from "../scene.ts";
import { systemOf } from "../system.ts";
import { expectAccessible } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const [holder] = licence.example.holders;
const matter = consoleMatter(ON_SCREEN);
const CAUSE = "企业已办理注销登记";

/** Who did what, and the life of a certificate (5.9.5). */
export function auditTests(scene: () => ScreensScene): void {
  let issuer: Connector;
  let identifier: string;

  beforeAll(async () => {
    const { trial } = scene();
    issuer = systemOf(trial);
    await issuer.issuing.make(orderFrom(licence, "audit-1"));
    ({ identifier } = await issuer.issuing.issue("audit-1"));
    await verifiedOnScreen(scene(), identifier);
    const owner = await signIn(trial, "yunfan");
    await owner.call(trial.cores.linghai, "createPresentation", { identifier, fields: ["name"] });
    await issuer.issuing.revoke(identifier, CAUSE);
  });
  afterAll(() => issuer?.close());

  test("5.9.5: who did what is found by certificate, person, department, days and kind, each with department, matter and evidence, and what is asked for stands in the address", async () => {
    const page = await scene().console(SUPERVISOR);
    await page.getByRole("link", { name: "审计", exact: true }).click();
    await page.getByText("本次查看也会记入审计").waitFor();
    const field = page.getByRole("searchbox", { name: "证照标识" });
    await field.fill(identifier);
    await field.press("Enter");
    await page.waitForURL(({ searchParams }) => searchParams.get("identifier") === identifier);
    // What was done comes a moment behind it.
    const revoked = page.getByRole("row", { name: "注销证照" });
    await reloadedUntil(page, revoked);
    expect(await revoked.count()).toBe(1);
    const verified = page.getByRole("row", { name: /查验证照/ });
    for (const text of [CERTIFICATE_USER.name, ON_SCREEN.name, matter.name]) await verified.getByText(text).waitFor();
    await page.getByRole("row", { name: /持证主体亮证.*持证主体本人/ }).waitFor();
    await expectAccessible(page);
    await verified.getByRole("button", { name: /查验证照的详情/ }).click();
    const details = page.getByRole("dialog");
    await details.getByText(CERTIFICATE_USER.account, { exact: true }).waitFor();
    await details.getByText(/^usage-\S+ 第 \d+ 条$/).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "hidden" });
    // Nobody knows an account or a code by heart: both are found by the name, and what is chosen stands in the address.
    await page.getByRole("combobox", { name: "办理人（姓名或账户）" }).fill(CERTIFICATE_USER.name);
    await page.getByTitle(`${CERTIFICATE_USER.name} · ${CERTIFICATE_USER.account}`).click();
    await page.waitForURL(({ searchParams }) => searchParams.get("account") === CERTIFICATE_USER.account);
    await page.getByRole("combobox", { name: "部门（名称或代码）" }).fill(ON_SCREEN.name);
    await page.getByTitle(`${ON_SCREEN.name} · ${ON_SCREEN.code}`).click();
    await page.waitForURL(({ searchParams }) => searchParams.get("departmentCode") === ON_SCREEN.code);
    await revoked.waitFor({ state: "detached" });
    await verified.waitFor();
    // Days narrow it further, the department stays.
    const today = shanghaiDay(new Date());
    await page.getByLabel("到", { exact: true }).fill(addDays(today, -2));
    await verified.waitFor({ state: "detached" });
    await page.getByLabel("从", { exact: true }).fill(addDays(today, -1));
    await page.getByLabel("到", { exact: true }).fill(today);
    await verified.waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({
      ...{ from: addDays(today, -1), to: today, departmentCode: ON_SCREEN.code },
    });
    await page.getByRole("button", { name: "清除条件" }).click();
    await page.getByRole("combobox", { name: "办理内容" }).click();
    await page.getByTitle("查看审计").click();
    // To look is an act like others.
    await page
      .getByRole("row", { name: new RegExp(`查看审计.*${SUPERVISOR.name}`) })
      .first()
      .waitFor();
    await page.close();
  });

  test("the life of a certificate is one page: made, issued, shown, used by whom and for what, revoked and why", async () => {
    const page = await scene().console(AUDITOR);
    await page.goto(`${scene().origin}/console/audit?identifier=${encodeURIComponent(identifier)}`);
    await page.getByRole("row", { name: "签发证照" }).getByRole("link").click();
    await page.getByRole("heading", { name: /证照一生 · 营业执照/ }).waitFor();
    const steps = page.getByRole("region", { name: "制证到现在" }).getByRole("listitem");
    await expect.poll(() => steps.count(), PATIENT).toBe(4);
    const told = await steps.allInnerTexts();
    expect(told.map((text) => text.split(" ")[0])).toEqual(["开始制证", "制证", "核验签发", "注销"]);
    expect(told[3]).toContain(CAUSE);
    const uses = page.getByRole("region", { name: "使用与办理记录" });
    await uses.getByRole("row", { name: new RegExp(`查验证照.*${matter.name}`) }).waitFor();
    // The holder is of no department: what one shows of a certificate, its issuer sees.
    await uses.getByRole("row", { name: /持证主体亮证/ }).waitFor();
    await page.getByText("已归集，最新状态已确认").or(page.getByText("最新状态正在归集")).waitFor();
    await expectAccessible(page);
    await page.goto(`${scene().origin}/console/audit/life/${encodeURIComponent("不存在")}`);
    await page
      .getByRole("alert")
      .getByText(/^辖区内没有该证照/)
      .waitFor();
    await page.close();
    const maker = await scene().console(MAKER);
    expect(await maker.getByRole("link", { name: "审计" }).count()).toBe(0);
    await maker.close();
  });
}

/** A certificate is verified for a case by somebody at a counter. */
async function verifiedOnScreen(scene: ScreensScene, identifier: string): Promise<void> {
  const session = await scene.session(CERTIFICATE_USER);
  const usage = session.client(UsageService, "usage");
  const context = {
    ...{ matterCode: matter.code, itemCodes: [licence.code], businessId: randomUUID(), purpose: matter.name },
    ...{ holder, stage: "受理", outlet: "1 号窗口", businessTime: new Date().toISOString() },
    ...{ departmentCode: ON_SCREEN.code, operator: { account: CERTIFICATE_USER.account, name: CERTIFICATE_USER.name } },
  };
  const { usageCode } = await usage.createUsageContext({ requestId: randomUUID(), context });
  await usage.verifyCertificate({ usageCode, identifier });
}
