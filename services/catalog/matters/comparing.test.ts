import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { MatterDifferenceKind, MatterImportTarget } from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { appsOf } from "../../../test/fixtures/apps.ts";
import { licenceContent as content } from "../../../test/fixtures/licence-content.ts";
import { imported, previewed } from "../../../test/fixtures/matter-import.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { StaffActor } from "../../domain/actor.ts";
import type { RunningService } from "../../node/runtime.ts";
import { catalogService } from "../main.ts";

const [BUREAU, OTHER] = ["114401000000990003", "114401000000990016"] as const;
const APP = "440100-a";
const HEAD = "code,name,department_code,type_code,portal,issued_items,materials,directory_code";
const peer = (node: string, role: "province" | "city") => ({ node, role, name: node, publicKeyFile: "", services: {} });

const KINDS: Record<number, string> = {
  [MatterDifferenceKind.MISSING]: "MISSING",
  [MatterDifferenceKind.UNKNOWN]: "UNKNOWN",
  [MatterDifferenceKind.NAME]: "NAME",
  [MatterDifferenceKind.TYPE]: "TYPE",
  [MatterDifferenceKind.ITEM_UNKNOWN]: "ITEM_UNKNOWN",
  [MatterDifferenceKind.ITEM_UNISSUED]: "ITEM_UNISSUED",
};

let nodes: { test: TestRuntime; running: RunningService }[];
const at = (index: number) => (nodes[index] as (typeof nodes)[number]).running;
const [CITY, PROVINCE] = [0, 1] as const;
const matters = (index: number, caller?: StaffActor) => directClient(at(index), MatterService, caller);
const registry = () => directClient(at(CITY), RegistryService);

beforeAll(async () => {
  const opened = [
    await openTestRuntime({
      ...{ service: "catalog", peers: [peer("440000", "province")], clients: appsOf("440100", { [APP]: BUREAU }) },
    }),
    await openTestRuntime({ service: "catalog", role: "province", code: "440000", peers: [peer("440100", "city")] }),
  ];
  nodes = await Promise.all(opened.map(async (test) => ({ test, running: await catalogService.start(test.runtime) })));
  for (const [code, division] of [
    [BUREAU, "440100"],
    [OTHER, "440106"],
  ] as const)
    await registry().putDepartment({ department: { code, name: "局", division } });
  await directClient(at(PROVINCE), CatalogService).registerCatalogItem({ code: "YYZZ", content });
  const directory = "事项编码,事项名称,事项类型\nS-1,企业设立登记,行政许可\nS-2,食品经营许可,01\nS-3,公示,公共服务\n";
  await imported(matters(PROVINCE), directory, { target: MatterImportTarget.DIRECTORY });
  const rows = [
    `A1,企业设立登记,${BUREAU},01,2024-01-01/2025-12-31,YYZZ,身份证明=SFZ;营业执照=YYZZ;申请表,S-1`,
    `A2,食品许可,${BUREAU},07,2024-01-01/,SPXK,,S-2`,
    `A3,旧许可,${OTHER},01,,,,`,
    `A4,咨询,${OTHER},20,2025-06-01/,,,`,
    `A5,设立登记,${OTHER},01,,,,S-9`,
  ];
  await imported(matters(CITY), [HEAD, ...rows].join("\n"));
  const { events } = await directClient(at(CITY), OutboxService).listPendingEvents({});
  for (const event of events) await directClient(at(PROVINCE), InboxService).applyEvent({ node: "440100", event });
});
afterAll(async () => {
  for (const { test, running } of nodes) {
    const closed = test.close();
    await running.stop();
    await closed;
  }
});

const told = (
  differences: readonly {
    kind: MatterDifferenceKind;
    matterCode: string;
    expectedCode: string;
    expected: string;
    found: string;
  }[],
) =>
  differences.map(({ kind, matterCode, expectedCode, expected, found }) =>
    [KINDS[kind], matterCode, expectedCode, expected, found].join(" "),
  );

describe("matters against the province's directory (差异清单, 6.2.2.2, 6.3.1.2, 6.4.4.2)", () => {
  test("at the province the differences of each department are listed, by name, type, entry and item", async () => {
    const all = await matters(PROVINCE).compareMatters({});
    expect(told(all.differences)).toEqual([
      "ITEM_UNKNOWN A1 YYZZ  YYZZ",
      "NAME A2 S-2 食品经营许可 食品许可",
      "TYPE A2 S-2 行政许可 行政确认",
      "ITEM_UNKNOWN A2 SPXK  SPXK",
      "UNKNOWN A3   ",
      "UNKNOWN A5 S-9  S-9",
    ]);
    const one = await matters(PROVINCE).compareMatters({ departmentCode: OTHER });
    expect(told(one.differences)).toEqual(["UNKNOWN A3   ", "UNKNOWN A5 S-9  S-9"]);
    const found = async (more: object) => told((await matters(PROVINCE).compareMatters(more)).differences);
    expect(await found({ search: "食品" })).toEqual([
      "NAME A2 S-2 食品经营许可 食品许可",
      "TYPE A2 S-2 行政许可 行政确认",
      "ITEM_UNKNOWN A2 SPXK  SPXK",
    ]);
    expect(await found({ search: "s-9" })).toEqual(["UNKNOWN A5 S-9  S-9"]);
    const backwards = await found({ orderBy: "-code" });
    expect(backwards.map((one) => one.split(" ")[1])).toEqual(["A5", "A3", "A2", "A2", "A2", "A1"]);
    expect(all.differences[1]?.matterName).toBe("食品许可");
    // A city has no directory: its certificates alone are compared with the catalog.
    expect(told((await matters(CITY).compareMatters({ departmentCode: BUREAU })).differences)).toEqual([
      "ITEM_UNKNOWN A1 YYZZ  YYZZ",
      "ITEM_UNKNOWN A2 SPXK  SPXK",
    ]);
  });

  test("what a node lacks of the directory, and items that no matter of it issues, are listed page by page", async () => {
    await directClient(at(PROVINCE), CatalogService).publishCatalogItem({ code: "YYZZ", version: 1 });
    const found: string[] = [];
    for (let pageToken = ""; ; ) {
      const page = await matters(PROVINCE).listMissingMatters({ node: "440100", pageSize: 2, pageToken });
      found.push(...told(page.differences));
      if (page.nextPageToken === "") break;
      pageToken = page.nextPageToken;
    }
    expect(found).toEqual(["MISSING  S-3 公示 "]);
    const own = await matters(PROVINCE).listMissingMatters({ pageSize: 200 });
    expect(told(own.differences)).toEqual([
      "MISSING  S-1 企业设立登记 ",
      "MISSING  S-2 食品经营许可 ",
      "MISSING  S-3 公示 ",
    ]);
    const rest = await matters(PROVINCE).listMissingMatters({ pageToken: own.nextPageToken });
    expect(told(rest.differences)).toEqual([`ITEM_UNISSUED  YYZZ ${content.name} `]);
    const sorted = await matters(PROVINCE).listMissingMatters({ orderBy: "-code", pageSize: 3 });
    expect(sorted.differences.map(({ expectedCode }) => expectedCode)).toEqual(["YYZZ", "S-3", "S-2"]);
    const pageToken = sorted.nextPageToken;
    const behind = await matters(PROVINCE).listMissingMatters({ orderBy: "-code", pageSize: 3, pageToken });
    expect(behind).toMatchObject({ differences: [{ expectedCode: "S-1" }], nextPageToken: "" });
    const licences = await matters(PROVINCE).listMissingMatters({ search: "登记" });
    expect(told(licences.differences)).toEqual(["MISSING  S-1 企业设立登记 "]);
    const foreign = matters(PROVINCE).listMissingMatters({ node: "440200" });
    await expect(foreign).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    const clerk: StaffActor = {
      ...{ kind: "staff", node: "440100", account: "440100-a", name: "张三", division: "440100" },
      ...{ department: BUREAU, roles: ["departmentAdministrator"] },
    };
    await expect(matters(CITY, clerk).listMissingMatters({})).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  test("an entry that the directory does not name any more ends, and its matters then name none", async () => {
    const directory = "code,name,type\nS-1,企业设立登记,01\nS-2,食品经营许可,01\nS-3,公示,20\nS-4,备案,10\n";
    await imported(matters(PROVINCE), directory, { target: MatterImportTarget.DIRECTORY });
    const without = "code,name,type\nS-2,食品经营许可,01\nS-3,公示,20\n";
    const preview = await previewed(matters(PROVINCE), without, { target: MatterImportTarget.DIRECTORY });
    expect(preview.counts).toMatchObject({ ended: 2n, unchanged: 2n });
    await imported(matters(PROVINCE), without, { target: MatterImportTarget.DIRECTORY });
    const { differences } = await matters(PROVINCE).compareMatters({ departmentCode: BUREAU });
    expect(told(differences)[0]).toBe("UNKNOWN A1 S-1  S-1");
  });
});

test("3.8, 6.2.2.2: matters are found by item, and by the day on which they are on the portal", async () => {
  const codes = async (request: object, index = CITY as number) =>
    (await matters(index).findMatters(request)).matters.map(({ code }) => code);
  expect(await codes({ itemCode: "YYZZ" })).toEqual(["A1"]);
  expect(await codes({ itemCode: "SPXK" }, PROVINCE)).toEqual(["A2"]);
  expect(await codes({ itemCode: "SPXK", departmentCode: OTHER })).toEqual([]);
  expect(await codes({ portalOn: "2025-07-01" })).toEqual(["A1", "A2", "A4"]);
  expect(await codes({ portalOn: "2026-01-01" })).toEqual(["A2", "A4"]);
  await expect(codes({ portalOn: "2026-02-30" })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  await expect(codes({ pageToken: "x" })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
});

test("4.5.3: portals are told which materials of a guide are replaced by which certificate, and whether that is in force", async () => {
  const read = () => directClient(at(CITY), MatterService).listMatterMaterials({ matterCode: "A1", pageSize: 2 });
  const first = await read();
  expect(first).toMatchObject({ matterName: "企业设立登记", nextPageToken: "2" });
  expect(first.materials.map(({ name, itemCode, usableNow }) => [name, itemCode, usableNow])).toEqual([
    ["身份证明", "SFZ", false],
    ["营业执照", "YYZZ", false],
  ]);
  const paths = ["app_keys", "items", "enabled_on"];
  const opening = { code: "A1", appKeys: [APP], items: [{ itemCode: "SFZ" }], enabledOn: "2026-01-01" };
  await registry().putMatter({ matter: opening, updateMask: { paths } });
  expect((await read()).materials.map(({ usableNow }) => usableNow)).toEqual([true, false]);
  const rest = await matters(CITY).listMatterMaterials({ matterCode: "A1", pageToken: "2" });
  expect(rest.materials).toMatchObject([{ name: "申请表", itemCode: "", itemName: "", usableNow: false }]);
  const unknown = matters(CITY).listMatterMaterials({ matterCode: "Z" });
  await expect(unknown).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
  const beyond = matters(CITY).listMatterMaterials({ matterCode: "A1", pageToken: "3" });
  await expect(beyond).rejects.toMatchObject({ reason: "INVALID_FIELD" });
});

test("6.4.6.1: for a matter that has ended no certificates are used, as from its day", async () => {
  const usage = (day: string) =>
    directClient(at(CITY), TermsService).getUsageTerms({ appKey: APP, matterCode: "A1", day });
  await registry().putMatter({ matter: { code: "A1", endedOn: "2026-12-01" }, updateMask: { paths: ["ended_on"] } });
  await expect(usage("2026-11-30")).resolves.toBeDefined();
  await expect(usage("2026-12-01")).rejects.toMatchObject({ reason: "MATTER_NOT_OPENED" });
  const wrong = registry().putMatter({
    matter: { code: "A1", endedOn: "2026-13-01" },
    updateMask: { paths: ["ended_on"] },
  });
  await expect(wrong).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  const portal = [{ from: "2026-01-01" }, { from: "2025-01-01" }];
  const turned = registry().putMatter({ matter: { code: "A1", portal }, updateMask: { paths: ["portal"] } });
  await expect(turned).rejects.toMatchObject({ reason: "INVALID_FIELD" });
});
