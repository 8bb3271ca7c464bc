import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { create, type DescService } from "@bufbuild/protobuf";
import type { Download } from "playwright-core";
import { expect, test } from "vitest";
import { readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { consoleMatter } from "../../../ops/trial/console.ts";
import type { Operator } from "../../../ops/trial/operator.ts";
import {
  ADMINISTRATOR,
  AUDITOR,
  MAKER,
  MANAGEMENT,
  ON_SCREEN,
  type Person,
  SUPERVISOR,
} from "../../../ops/trial/people.ts";
import { LINGHAI } from "../../../ops/trial/plan.ts";
import { signInStaff } from "../../../ops/trial/staff-session.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { PortalPeriodSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { shanghaiDay } from "../../../services/domain/civil-date.ts";
import { eventually } from "../../node/eventually.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

/** A quarter that is over. */
const QUARTER = "2026Q3";
const held = readCatalogFiles().filter(({ name }) => ["营业执照", "食品经营许可证"].includes(name));

/** Rates, volumes, inspections and bulletins on screen (4.7, 6.2.6). */
export function supervisionTests(scene: () => ScreensScene): void {
  test("4.7.2, 4.7.3: both rates lead from their numbers to the rows that they count, each with why, and what is asked for stands in the address", async () => {
    await seedFigures(scene());
    const page = await scene().console(SUPERVISOR);
    await page.getByRole("link", { name: "监督" }).click();
    const department = page.getByRole("row", { name: new RegExp(ON_SCREEN.name) });
    const denominator = department.getByRole("link", { name: `证照电子化率：分母 ${held.length} 项` }).first();
    await denominator.waitFor();
    await page.locator(".chart[data-drawn]").first().waitFor();
    await expectAccessible(page);
    await department.getByRole("link", { name: "电子证照使用率：计入的 1 项" }).click();
    await page.getByText(consoleMatter(ON_SCREEN).name).waitFor();
    expect(await page.getByRole("row").count()).toBe(2);
    expect(new URL(page.url()).searchParams.get("department")).toBe(ON_SCREEN.code);
    await page.reload();
    await page.getByText("可使用电子证照").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "返回概况" }).click();
    await page.getByRole("button", { name: `取消限定：${ON_SCREEN.code}` }).click();
    expect(new URL(page.url()).search).toBe("");
    await page.close();
  });

  test("6.2.6.1, 6.2.6.2: a frozen quarter is read and taken along; its bulletin is read, and fetching it is the receipt", async () => {
    await publish(scene());
    const page = await scene().console(SUPERVISOR);
    await page.goto(`${scene().origin}/console/supervision/inspections`);
    await page.getByRole("link", { name: QUARTER }).click();
    const csv = page.waitForEvent("download");
    await page.getByRole("button", { name: "下载 CSV" }).click();
    expect(await textOf(await csv)).toContain(ON_SCREEN.name);
    await expectAccessible(page);
    await page.getByRole("link", { name: "通报" }).click();
    const pdf = page.waitForEvent("download");
    await page.getByRole("button", { name: /^下载 PDF/ }).click();
    expect((await textOf(await pdf)).slice(0, 5)).toBe("%PDF-");
    await page.getByRole("link", { name: /第三季度/ }).click();
    await page.locator("canvas[data-drawn]").waitFor();
    await page.getByText(/ 已阅$/).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("4.2: an auditor of a department sees its own figures and no quarter; who makes certificates sees none", async () => {
    const page = await scene().console(AUDITOR);
    await page.getByRole("link", { name: "监督" }).click();
    await page.getByRole("heading", { name: new RegExp(`${ON_SCREEN.name} · 两率`) }).waitFor();
    expect(await page.getByRole("link", { name: "季度检查" }).count()).toBe(0);
    await page.goto(`${scene().origin}/console/supervision/inspections`);
    await page.getByText("没有这个页面").waitFor();
    await page.close();
    const maker = await scene().console(MAKER);
    expect(await maker.getByRole("link", { name: "监督" }).count()).toBe(0);
    await maker.close();
  });
}

/** Holds the department to two kinds, and lays two matters on the portal, one of which can use certificates. */
async function seedFigures(scene: ScreensScene): Promise<void> {
  const { trial } = scene;
  const operator = trial.operators.get(LINGHAI.code) as Operator;
  const address = trial.cores.linghai.mesh.catalog?.[0] ?? "";
  const registry = operator.client(RegistryService, address);
  const { code } = consoleMatter(ON_SCREEN);
  const { matter } = await registry.getMatter({ code });
  if (!matter) throw new Error(`no matter ${code}`);
  const today = shanghaiDay(new Date());
  matter.portal = [create(PortalPeriodSchema, { from: today })];
  await registry.putMatter({ matter });
  const other = { code: `${ON_SCREEN.division}-SPJY-03`, name: "食品经营许可注销", departmentCode: ON_SCREEN.code };
  await registry.putMatter({ matter: { ...other, portal: [{ from: today }] } });
  const lines = held.map((file) => ({
    ...{ itemCode: file.code, target: ON_SCREEN.division, departments: [ON_SCREEN.code], from: today },
  }));
  const change = { id: randomUUID(), division: ON_SCREEN.division, lines };
  await operator.client(ListService, address).setUpList({ change });
  const asked = await clientOf(scene, SUPERVISOR, SupervisionService);
  await eventually(async () => {
    const { rows } = await asked.getRates({ departmentCode: ON_SCREEN.code });
    expect(rows[0]?.figures).toMatchObject({ listed: held.length, portal: 2, usable: 1 });
  });
}

/** One freezes the quarter, another publishes its bulletin to the first. */
async function publish(scene: ScreensScene): Promise<void> {
  const supervisor = await clientOf(scene, SUPERVISOR, SupervisionService);
  const { inspection } = await supervisor.freezeInspection({ quarter: QUARTER });
  const administrator = await clientOf(scene, ADMINISTRATOR, BulletinService);
  await administrator.publishBulletin({
    quarter: QUARTER,
    addressees: [{ account: SUPERVISOR.account, departmentCode: MANAGEMENT.code }],
    inspectionSha256: inspection?.sha256 ?? "",
  });
}

/** Calls of somebody without a page. */
async function clientOf<S extends DescService>({ trial }: ScreensScene, { account }: Person, service: S) {
  const key = trial.staff.find((member) => member.account === account);
  if (!key) throw new Error(`nobody has the account ${account}`);
  return (await signInStaff(trial.cores.linghai, trial.files.root, key)).client(service, "supervision");
}

async function textOf(download: Download): Promise<string> {
  return readFileSync((await download.path()) ?? "", "utf8");
}
