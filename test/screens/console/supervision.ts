import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { create, type DescService, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../../ops/trial/connect.ts";
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
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { PortalPeriodSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { VolumeGroup } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import {
  GetVolumesResponseSchema,
  SupervisionService,
} from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { addDays, shanghaiDay } from "../../../services/domain/civil-date.ts";
import { createOutboxBell } from "../../../services/event/outbox.ts";
import { openStore } from "../../../services/store/open.ts";
import { openUseHours } from "../../../services/usage/uses/use-hours.ts";
import { openTestRuntime } from "../../fixtures/runtime.ts";
import { eventually } from "../../node/eventually.ts";
import { reloadedUntil } from "../patient.ts";
import { savedFile } from "../saved-file.ts";
import type { ScreensScene } from "../scene.ts";
import { systemOf } from "../system.ts";
import { expectAccessible } from "../watched.ts";

/** A quarter that is over. */
const QUARTER = "2026Q3";
/** So long ago an hour is over for sure, and was told. */
const TWO_HOURS_MS = 7_200_000;
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
    // One of two matters is usable, in this department alone of the city: it comes first, and the city's own rates stand by day.
    const rate = String.raw`\d+\.\d\d%`;
    const ranked = page.getByRole("table", { name: "两率排名" }).getByRole("row", { name: new RegExp(ON_SCREEN.name) });
    for (const cell of [/^1$/, /^50\.00%$/]) await ranked.getByRole("cell", { name: cell }).first().waitFor();
    const trend = page.getByRole("table", { name: "两率走势" });
    const today = shanghaiDay(new Date());
    await trend.getByRole("row", { name: new RegExp(`^${today} ${rate} 50\\.00%$`) }).waitFor();
    await trend.getByRole("row", { name: new RegExp(`^${addDays(today, -29)} .+ —$`) }).waitFor();
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
    await page.waitForURL(({ search }) => search === "");
    await page.close();
  });

  test("6.2.6.1, 6.2.6.2: a frozen quarter is read and taken along; its bulletin is read, and fetching it is the receipt", async () => {
    await publish(scene());
    const page = await scene().console(SUPERVISOR);
    const unread = page.locator(".panel").filter({ hasText: "未读通报" });
    await unread.getByRole("link", { name: /第三季度/ }).waitFor();
    await page.goto(`${scene().origin}/console/supervision/inspections`);
    await page.getByRole("link", { name: QUARTER }).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: QUARTER }).click();
    await page
      .getByRole("row", { name: new RegExp(ON_SCREEN.name) })
      .first()
      .waitFor();
    const call = "**/ecert.supervision.v1.SupervisionService/GetInspection";
    await page.route(call, () => {});
    await page.getByRole("button", { name: "下载 CSV" }).click();
    await page.getByRole("progressbar", { name: /^已读取 0 \/ \d+ 行$/ }).waitFor();
    await page.getByRole("button", { name: "停止下载" }).click();
    await page.getByText(/下载已停止：已读取 0 \/ \d+ 行/).waitFor();
    await page.unroute(call);
    const csv = await savedFile(page.getByRole("button", { name: "接着下载 CSV" }));
    expect(csv.toString()).toContain(ON_SCREEN.name);
    await expectAccessible(page);
    await page.getByRole("link", { name: "通报" }).click();
    await page.getByRole("link", { name: /第三季度/ }).waitFor();
    await page.getByRole("button", { name: /^下载 PDF/ }).waitFor();
    await expectAccessible(page);
    const pdf = await savedFile(page.getByRole("button", { name: /^下载 PDF/ }));
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    await page.getByRole("link", { name: /第三季度/ }).click();
    await page.locator("canvas[data-drawn]").waitFor();
    await page.getByText(/ 已阅$/).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("4.7, 6.2.6: what was done on a day leads to its departments, a department to its kinds of certificate, and a kind or matter to what was done with it; a division leads to its departments", async () => {
    await seedVolumes(scene());
    const page = await scene().console(SUPERVISOR);
    await page.goto(`${scene().origin}/console/supervision`);
    const volumes = page.getByRole("table", { name: "用量" });
    await reloadedUntil(page, volumes.getByRole("link", { name: /^\d{4}-\d\d-\d\d$/ }));
    await volumes
      .getByRole("link", { name: /^\d{4}-\d\d-\d\d$/ })
      .first()
      .click();
    await volumes.getByRole("link", { name: ON_SCREEN.name }).click();
    await volumes.getByRole("link", { name: "营业执照" }).click();
    await volumes.getByRole("row", { name: /^签发 / }).waitFor();
    const asked = new URL(page.url()).searchParams;
    expect(asked.get("department")).toBe(ON_SCREEN.code);
    expect(asked.get("from")).toBe(asked.get("to"));
    await page.goto(`${scene().origin}/console/supervision`);
    await page.getByRole("combobox", { name: "用量统计方式" }).click();
    await page.getByTitle("按事项").click();
    await reloadedUntil(page, volumes.getByRole("link", { name: consoleMatter(ON_SCREEN).name }));
    await volumes.getByRole("link", { name: consoleMatter(ON_SCREEN).name }).click();
    await volumes
      .getByRole("row", { name: /^查验 / })
      .first()
      .waitFor();
    expect(new URL(page.url()).searchParams.get("matter")).toBe(consoleMatter(ON_SCREEN).code);
    await page.goto(`${scene().origin}/console/supervision?group=7`);
    await volumes.getByRole("row", { name: /^合计 / }).waitFor();
    await volumes.getByRole("columnheader", { name: "用证" }).click();
    await page.waitForURL(({ searchParams }) => searchParams.get("volumes-sort") === "used");
    await volumes.locator('th[aria-sort="ascending"]').waitFor();
    await volumes.getByRole("link", { name: "天湾区" }).click();
    await volumes.getByRole("link", { name: ON_SCREEN.name }).waitFor();
    expect(page.faults).toEqual([]);
    await page.close();
  });

  test("4.7: a division with divisions below it leads to these and itself, and what is asked for stands in the address", async () => {
    const page = await scene().console(SUPERVISOR);
    // That something is done at the city itself is the one answer that is not the node's own.
    const rows = [LINGHAI.code, ON_SCREEN.division].map((key) => ({
      ...{ key, volumes: { used: 1n }, hasBelow: key === LINGHAI.code },
    }));
    const told = Buffer.from(toBinary(GetVolumesResponseSchema, create(GetVolumesResponseSchema, { rows })));
    const call = "**/ecert.supervision.v1.SupervisionService/GetVolumes";
    await page.route(call, (route) => route.fulfill({ contentType: "application/proto", body: told }));
    await page.goto(`${scene().origin}/console/supervision?group=7`);
    const volumes = page.getByRole("table", { name: "用量" });
    await volumes.getByRole("link", { name: "岭海市", exact: true }).click();
    await page.waitForURL(({ search }) => search === `?group=7&division=${LINGHAI.code}`);
    await volumes.getByRole("link", { name: "岭海市", exact: true }).waitFor({ state: "detached" });
    await volumes.getByRole("link", { name: "天湾区" }).click();
    await page.waitForURL(({ searchParams }) => searchParams.get("division") === ON_SCREEN.division);
    expect(new URL(page.url()).searchParams.get("group")).toBe(String(VolumeGroup.DEPARTMENT));
    expect(page.faults).toEqual([]);
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

/** A certificate is issued; and what was used two hours ago is counted, as the end of that hour tells it. */
async function seedVolumes({ trial }: ScreensScene): Promise<void> {
  const licence = held.find(({ name }) => name === "营业执照") as CatalogFile;
  const issuer = systemOf(trial);
  await issuer.issuing.make(orderFrom(licence, "volumes-1"));
  await issuer.issuing.issue("volumes-1");
  issuer.close();
  const directory = join(trial.cores.linghai.directory, "data", "store");
  const store = await openStore({ engine: "sqlite", directory, name: "usage" });
  const now = Date.now();
  const house = await openTestRuntime({ service: "usage", store, now: new Date(now - TWO_HOURS_MS).toISOString() });
  const uses = await openUseHours(house.runtime, createOutboxBell());
  uses.count(ON_SCREEN.code, { action: "verified", item: licence.code, matter: consoleMatter(ON_SCREEN).code });
  await uses.flush();
  house.setNow(new Date(now).toISOString());
  await uses.flush();
  await house.close();
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
async function clientOf<S extends DescService>(scene: ScreensScene, person: Person, service: S) {
  return (await scene.session(person)).client(service, "supervision");
}
