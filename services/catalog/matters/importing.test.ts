import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  MatterFileFormat,
  MatterImportState,
  MatterImportTarget,
  MatterRowOutcome,
} from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { appsOf } from "../../../test/fixtures/apps.ts";
import { imported, previewed, sendFile, settled } from "../../../test/fixtures/matter-import.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { StaffActor } from "../../domain/actor.ts";
import type { RunningService } from "../../node/runtime.ts";
import { catalogService } from "../main.ts";

const [BUREAU, OTHER, COUNTY] = ["114401000000990003", "114401000000990016", "114401000000990029"] as const;
const peer = (node: string, role: "province" | "city") => ({ node, role, name: node, publicKeyFile: "", services: {} });
const staff = (role: "implementer" | "departmentAdministrator", department: string, division: string): StaffActor => ({
  kind: "staff",
  node: "440100",
  account: `440100-${role}`,
  name: "张三",
  department,
  division,
  roles: [role],
});

let nodes: { test: TestRuntime; running: RunningService }[];
const at = (index: number) => (nodes[index] as (typeof nodes)[number]).running;
const registry = (index = 0) => directClient(at(index), RegistryService);
const matters = (caller?: StaffActor) => directClient(at(0), MatterService, caller);
const HEAD = "事项编码,事项名称,部门统一社会信用代码,事项类型,进驻政务服务网,核发证照,使用证照,申报材料,省事项目录编码";
const list = (...rows: string[]) => [HEAD, ...rows].join("\n");
const matter = async (code: string) => (await registry().getMatter({ code })).matter;
const evidence = () => (nodes[0] as (typeof nodes)[number]).test.evidence;

beforeAll(async () => {
  const opened = [
    await openTestRuntime({
      ...{ service: "catalog", peers: [peer("440000", "province")], clients: appsOf("440100", { "440100-a": BUREAU }) },
    }),
    await openTestRuntime({ service: "catalog", role: "province", code: "440000", peers: [peer("440100", "city")] }),
  ];
  nodes = await Promise.all(opened.map(async (test) => ({ test, running: await catalogService.start(test.runtime) })));
  for (const [code, division] of [
    [BUREAU, "440100"],
    [OTHER, "440100"],
    [COUNTY, "440106"],
  ] as const)
    await registry().putDepartment({ department: { code, name: `局${code}`, division } });
});
afterAll(async () => {
  for (const { test, running } of nodes) {
    const closed = test.close();
    await running.stop();
    await closed;
  }
});

/** Brings what the city has said to the province. */
async function delivered(): Promise<void> {
  const { events } = await directClient(at(0), OutboxService).listPendingEvents({});
  for (const event of events) await directClient(at(1), InboxService).applyEvent({ node: "440100", event });
}

describe("lists of matters (权责事项清单, 6.2.2.2)", () => {
  test("a preview tells what is new and stores nothing; applied it stores all of that, in the evidence and at the province", async () => {
    const file = list(
      `A1,开办企业,${BUREAU},行政许可,2024-01-01/,YYZZ,SFZ,身份证明=SFZ;申请表,S-1`,
      `A2,变更登记,${BUREAU},01,2024-01-01/2024-06-30;2025-01-01/,YYZZ,,,`,
    );
    const preview = await previewed(matters(), file, { partBytes: 100 });
    expect(preview).toMatchObject({ state: MatterImportState.PREVIEWED, encoding: "utf-8", totalRows: 2n });
    expect(preview.counts).toMatchObject({ added: 2n, changed: 0n, ended: 0n, unchanged: 0n, faulty: 0n });
    await expect(matter("A1")).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });

    const { id: importId, previewSha256 } = preview;
    await matters().applyMatterImport({ importId, previewSha256 });
    expect(await settled(matters(), importId)).toMatchObject({ state: MatterImportState.DONE, doneRows: 2n });
    // The same again answers the same, and changes nothing.
    const again = await matters().applyMatterImport({ importId, previewSha256 });
    expect(again.import?.state).toBe(MatterImportState.DONE);
    expect(await matter("A1")).toMatchObject({
      name: "开办企业",
      departmentCode: BUREAU,
      typeCode: "01",
      portal: [{ from: "2024-01-01", until: "" }],
      issuedItems: ["YYZZ"],
      usedItems: ["SFZ"],
      materials: [
        { name: "身份证明", itemCode: "SFZ" },
        { name: "申请表", itemCode: "" },
      ],
      directoryCode: "S-1",
      node: "440100",
    });
    const told = evidence().filter(({ kind }) => kind.startsWith("matter-import"));
    expect(told.map(({ kind }) => kind)).toEqual(["matter-import-accepted", "matter-import-done"]);
    expect(told[0]?.body).toMatchObject({ import: importId, added: 2, by: "operator/440100/test" });
    await delivered();
    const there = await directClient(at(1), MatterService).findMatters({ departmentCode: BUREAU });
    expect(there.matters.map(({ code, node }) => [code, node])).toEqual([
      ["A1", "440100"],
      ["A2", "440100"],
    ]);
  });

  test("the same file again changes nothing; a later one tells what changes member by member and ends what is missing", async () => {
    const same = list(
      `A1,开办企业,${BUREAU},行政许可,2024-01-01/,YYZZ,SFZ,身份证明=SFZ;申请表,S-1`,
      `A2,变更登记,${BUREAU},01,2024-01-01/2024-06-30;2025-01-01/,YYZZ,,,`,
    );
    expect((await previewed(matters(), same)).counts).toMatchObject({ unchanged: 2n, added: 0n, changed: 0n });
    // What its opening says is no list's business.
    const opening = { appKeys: ["440100-a"], items: [{ itemCode: "SFZ", fields: ["xm"] }], enabledOn: "2026-01-01" };
    const paths = ["app_keys", "items", "enabled_on"];
    await registry().putMatter({ matter: { code: "A1", ...opening }, updateMask: { paths } });
    const later = list(
      `A1,企业开办,${BUREAU},行政许可,2024-01-01/,YYZZ,,身份证明=SFZ;申请表,S-1`,
      `A3,注销,${BUREAU},,,,,,`,
    );
    const preview = await previewed(matters(), later, { endedOn: "2026-12-01" });
    expect(preview.counts).toMatchObject({ added: 1n, changed: 1n, ended: 1n, unchanged: 0n });
    const { rows } = await matters().listMatterImportRows({ importId: preview.id });
    expect(rows.map(({ row, code, outcome }) => [Number(row), code, outcome])).toEqual([
      [2, "A1", MatterRowOutcome.CHANGED],
      [3, "A3", MatterRowOutcome.ADDED],
      [0, "A2", MatterRowOutcome.ENDED],
    ]);
    const codes = async (more: object) => {
      const page = await matters().listMatterImportRows({ importId: preview.id, ...more });
      return [...page.rows.map(({ code }) => code), ...(page.nextPageToken ? ["…"] : [])];
    };
    expect(await codes({ search: "a3" })).toEqual(["A3"]);
    expect(await codes({ search: "变更" })).toEqual(["A2"]);
    expect([await codes({ orderBy: "-code" }), await codes({ orderBy: "row" })]).toEqual([
      ["A3", "A2", "A1"],
      ["A1", "A3", "A2"],
    ]);
    expect(await codes({ orderBy: "code", pageSize: 2 })).toEqual(["A1", "A2", "…"]);
    expect(rows[0]?.changes.map(({ member, before, after }) => [member, before, after])).toEqual([
      ["name", "开办企业", "企业开办"],
      ["usedItems", '["SFZ"]', ""],
    ]);
    await imported(matters(), later, { endedOn: "2026-12-01" });
    expect(await matter("A2")).toMatchObject({ name: "变更登记", endedOn: "2026-12-01" });
    expect(await matter("A1")).toMatchObject({ name: "企业开办", usedItems: [], ...opening });
  });

  test("a matter that is named again has not ended; a column that a file does not have stays as it is", async () => {
    const file = `code,name,department_code\nA2,变更登记,${BUREAU}\n`;
    await imported(matters(), file, { rowsOnly: true });
    expect(await matter("A2")).toMatchObject({ endedOn: "", typeCode: "01", issuedItems: ["YYZZ"] });
    expect(await matter("A1")).toMatchObject({ endedOn: "" });
  });

  test("one faulty row stops a file whole, with row, column and remedy in both languages; `partial` takes the others", async () => {
    const file = list(
      `B1,许可一,${OTHER},行政许可,,,,,`,
      `B2,,${OTHER},许可,2024-13-01/,,,,`,
      `B3,许可三,114401000000990032,,,,,,`,
      `B4,许可四,${OTHER},,,,,,`,
      `B4,许可五,${OTHER},,,,,,`,
    );
    const preview = await previewed(matters(), file);
    expect(preview.counts).toMatchObject({ added: 1n, faulty: 4n });
    const { id: importId, previewSha256 } = preview;
    const refused = matters().applyMatterImport({ importId, previewSha256 });
    await expect(refused).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    await expect(matter("B1")).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });

    const outcomes = [MatterRowOutcome.FAULTY];
    const { rows } = await matters().listMatterImportRows({ importId, outcomes });
    expect(rows.map(({ row, faults }) => [Number(row), ...faults.map(({ column }) => column)])).toEqual([
      [3, "事项名称 name", "事项类型 type_code", "进驻政务服务网 portal"],
      [4, "部门统一社会信用代码 department_code"],
      [5, "事项编码 code"],
      [6, "事项编码 code"],
    ]);
    expect(rows[0]?.faults[0]).toMatchObject({
      description: "is empty",
      remedy: "fill it in",
      localized: "为空，请填写",
    });
    expect(rows[2]?.faults[0]?.localized).toContain("第6行重复");
    await matters().applyMatterImport({ importId, previewSha256, partial: true });
    await settled(matters(), importId);
    expect(await matter("B1")).toMatchObject({ name: "许可一" });
    await expect(matter("B4")).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
  });

  test("a row whose code cannot be told withholds all endings, since nobody knows what it names", async () => {
    const preview = await previewed(matters(), list(`,无编码,${OTHER},,,,,,`, `B9,许可九,${OTHER},,,,,,`));
    expect(preview).toMatchObject({ endingWithheld: true, counts: { added: 1n, ended: 0n, faulty: 1n } });
  });

  test("4.2: rows beyond the importer's department or division are faulty, and so is a matter taken from beyond", async () => {
    const own = matters(staff("departmentAdministrator", OTHER, "440100"));
    const file = list(`C1,甲,${OTHER},,,,,,`, `C2,乙,${BUREAU},,,,,,`, `A1,企业开办,${OTHER},,,,,,`);
    const preview = await previewed(own, file, { rowsOnly: true });
    expect(preview.counts).toMatchObject({ added: 1n, faulty: 2n });
    // Its import is nobody else's.
    const county = matters(staff("implementer", COUNTY, "440106"));
    const foreign = county.getMatterImport({ importId: preview.id });
    await expect(foreign).rejects.toMatchObject({ reason: "IMPORT_UNKNOWN" });
    const below = await previewed(county, list(`D1,丙,${COUNTY},,,,,,`, `D2,丁,${OTHER},,,,,,`));
    expect(below.counts).toMatchObject({ added: 1n, faulty: 1n });
    const city = matters(staff("implementer", OTHER, "440100"));
    await imported(city, list(`D1,丙,${COUNTY},,,,,,`), { rowsOnly: true });
    const codes = async (caller: StaffActor) => (await matters(caller).findMatters({})).matters.map(({ code }) => code);
    expect(await codes(staff("implementer", COUNTY, "440106"))).toEqual(["D1"]);
    expect(await codes(staff("departmentAdministrator", BUREAU, "440100"))).toEqual(["A1", "A2", "A3"]);
    expect(await codes(staff("implementer", OTHER, "440100"))).toEqual(["A1", "A2", "A3", "B1", "D1"]);
    // By code they are read page by page from an index where there is one, and sorted where there is none.
    const paged = async (caller: StaffActor, wanted: object) => {
      const read: string[] = [];
      for (let pageToken = ""; ; ) {
        const page = await matters(caller).findMatters({ pageSize: 2, pageToken, ...wanted });
        read.push(...page.matters.map(({ code }) => code));
        if (page.nextPageToken === "") return read;
        pageToken = page.nextPageToken;
      }
    };
    for (const caller of [
      staff("implementer", OTHER, "440100"),
      staff("departmentAdministrator", BUREAU, "440100"),
      staff("implementer", COUNTY, "440106"),
    ]) {
      const inOrder = (await codes(caller)).toSorted();
      expect(await paged(caller, { orderBy: "code" })).toEqual(inOrder);
      expect(await paged(caller, { orderBy: "-code" })).toEqual(inOrder.toReversed());
      expect(await paged(caller, { orderBy: "-code", search: "1" })).toEqual(
        inOrder.filter((code) => code.includes("1")).toReversed(),
      );
    }
    const found = async (search: string, only: { using?: boolean; issuing?: boolean } = {}) =>
      (await matters(staff("implementer", OTHER, "440100")).findMatters({ search, ...only })).matters;
    expect((await found("d1")).map(({ code }) => code)).toEqual(["D1"]);
    expect((await found("丙")).map(({ name }) => name)).toEqual(["丙"]);
    expect(await found("没有这样的事项")).toEqual([]);
    expect((await found("", { using: true })).map(({ code }) => code)).toEqual(["A1"]);
    expect((await found("", { issuing: true })).map(({ code }) => code)).toEqual(["A1", "A2"]);
    expect(await found("A3", { issuing: true })).toEqual([]);
    const beyond = matters(staff("departmentAdministrator", OTHER, "440100")).findMatters({ departmentCode: BUREAU });
    await expect(beyond).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  test("what was previewed is applied, and nothing else: neither after a change nor by another digest", async () => {
    const file = list(`E1,戊,${OTHER},,,,,,`);
    const { id: importId, previewSha256 } = await previewed(matters(), file, { rowsOnly: true });
    const other = matters().applyMatterImport({ importId, previewSha256: "0".repeat(64) });
    await expect(other).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    const city = (nodes[0] as (typeof nodes)[number]).test;
    city.setNow(new Date(city.runtime.now().getTime() + 1_000).toISOString());
    await registry().putMatter({ matter: { code: "E1", name: "他人登记", departmentCode: OTHER } });
    const outdated = matters().applyMatterImport({ importId, previewSha256 });
    await expect(outdated).rejects.toMatchObject({ reason: "REVISION_CONFLICT" });
    await matters().previewMatterImport({ importId });
    expect((await settled(matters(), importId)).counts).toMatchObject({ added: 0n, changed: 1n });
  });

  test("parts come in their order; a file that is not what was announced begins anew", async () => {
    const file = list(`F1,己,${OTHER},,,,,,`);
    const importId = await sendFile(matters(), file, { rowsOnly: true });
    const late = matters().putMatterImportPart({ importId, part: 1, content: Buffer.from("x") });
    await expect(late).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    const unseen = matters().listMatterImportRows({ importId });
    await expect(unseen).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    const sha256 = "f".repeat(64);
    const about = { target: MatterImportTarget.LIST, format: MatterFileFormat.CSV, bytes: 3n, sha256 };
    const begun = (await matters().startMatterImport(about)).import?.id ?? "";
    const wrong = matters().putMatterImportPart({ importId: begun, part: 0, content: Buffer.from("abc") });
    await expect(wrong).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    expect((await matters().getMatterImport({ importId: begun })).import).toMatchObject({ parts: 0 });
    const more = matters().putMatterImportPart({ importId: begun, part: 0, content: Buffer.from("abcd") });
    await expect(more).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    const directory = matters().startMatterImport({ ...about, target: MatterImportTarget.DIRECTORY });
    await expect(directory).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  test("a file that cannot be read says why, in both languages", async () => {
    const told = await previewed(matters(), "名称\n甲", { rowsOnly: true });
    expect(told).toMatchObject({ state: MatterImportState.UNREADABLE });
    expect(told.fault?.localized).toContain("不是清单的列");
  });
});
