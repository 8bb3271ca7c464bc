import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { HandInFormat, HandInKind, HandInService } from "../../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { bothEngines, type Engine } from "../../../test/fixtures/engines.ts";
import {
  BUREAU,
  CITY_BODY,
  codeOf,
  type GovernanceHouse,
  openGovernanceHouse,
} from "../../../test/fixtures/governance-house.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import type { Role } from "../../domain/role.ts";
import type { Store } from "../../store/port.ts";

const HEAD = ["事项编码", "事项名称", "证照名称", "计划开通日期"];
const ROW = ["440106-01", "食品经营许可", "食品经营许可证", "2026-12-15"];
const csv = (...rows: string[][]) => Buffer.from([HEAD, ...rows].map((row) => row.join(",")).join("\n"));
const { CSV, XLSX, JSON: FILLED_IN } = HandInFormat;

describe.each(await bothEngines())("lists that departments hand in (6.4.2.1, 4.5.2) on $name", (engine: Engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let house: GovernanceHouse;
  const keeper = (where: object = BUREAU, role: Role = "catalogKeeper") =>
    house.as(HandInService, "keeper", role, where);
  const put = (file: Uint8Array, more: object = {}, who = keeper()) =>
    who.putHandIn({ departmentCode: BUREAU.department, kind: HandInKind.ISSUING, format: CSV, file, ...more });
  const read = (more: object = {}, who = keeper()) =>
    who.listHandedIn({ departmentCode: BUREAU.department, kind: HandInKind.ISSUING, ...more });

  beforeAll(async () => {
    opened = await engine.open();
    house = await openGovernanceHouse(opened.store);
  });
  afterAll(async () => {
    await house.close();
    await opened.remove();
  });

  test("are kept whole, version after version; the same list again is the same version, from a table, a workbook or filled in", async () => {
    expect(await put(csv(ROW), { dryRun: true })).toMatchObject({ version: 0, rows: 1, added: 1, removed: 0 });
    expect(await put(csv(ROW))).toMatchObject({ version: 1, rows: 1, added: 1, removed: 0 });
    const book = await writeXlsxFile(
      [HEAD, ROW].map((row) => row.map((value) => ({ value, type: String }))),
    ).toBuffer();
    expect(await put(book, { format: XLSX })).toMatchObject({ version: 1, added: 0, removed: 0 });
    const [matterCode, matterName, itemName, plannedOn] = ROW;
    const filled = Buffer.from(JSON.stringify([{ matterCode, matterName, itemName, plannedOn }]));
    expect(await put(filled, { format: FILLED_IN })).toMatchObject({ version: 1 });
    const other = ["440106-02", "食品生产许可", "食品生产许可证", ""];
    expect(await put(csv(other))).toMatchObject({ version: 2, added: 1, removed: 1 });
    expect((await read()).rows.map(({ cells }) => cells.matterCode)).toEqual(["440106-02"]);
    const { handIn, rows } = await read({ version: 1 });
    expect(handIn).toMatchObject({ version: 1, rows: 1, by: "staff/440100-keeper" });
    expect(rows[0]).toMatchObject({ row: 2, cells: { matterCode, matterName, itemName, plannedOn } });
    const lines = house.evidence.filter(({ kind }) => kind === "handed-in").map(({ body }) => body.version);
    expect(lines).toEqual([1, 2]);
  });

  test("with faults are not stored at all, and every fault is told with its row and column, in both languages", async () => {
    const { version, faults, faultCount } = await put(csv(ROW, ["", "名", "证", "明天"], ROW));
    expect({ version, faultCount }).toEqual({ version: 0, faultCount: 3 });
    expect(faults.map(({ row, column }) => [row, column])).toEqual([
      [3, "事项编码 matterCode"],
      [3, "计划开通日期 plannedOn"],
      [4, ""],
    ]);
    expect(faults.every(({ remedy, localized }) => remedy !== "" && localized !== "")).toBe(true);
  });

  test("that are none of their columns, or too long, are refused as files", async () => {
    const refused = (file: Uint8Array, more: object = {}) => expect(put(file, more)).rejects;
    await refused(Buffer.from("名,值\n1,2")).toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "file" }] });
    await refused(csv(ROW), { kind: HandInKind.SYSTEMS }).toMatchObject({ reason: "INVALID_FIELD" });
    await refused(csv()).toMatchObject({ reason: "INVALID_FIELD" });
    await refused(Buffer.from("no workbook"), { format: XLSX }).toMatchObject({ reason: "INVALID_FIELD" });
    const many = Array.from({ length: 5_001 }, (_, at) => [`${at}`, "事项", "证照", ""]);
    await refused(csv(...many)).toMatchObject({ reason: "TOO_LARGE" });
    expect(await put(csv(...many.slice(1)), { dryRun: true })).toMatchObject({ rows: 5_000, faults: [] });
  });

  test("are read page by page, of the version that the first page was of", async () => {
    const usage = { kind: HandInKind.USAGE };
    const rows = Array.from({ length: 5 }, (_, at) => [`M-${at}`, "事项", "证照", ""]);
    await put(csv(...rows), usage);
    const first = await read({ ...usage, pageSize: 3 });
    await put(csv(...rows.slice(0, 1)), usage);
    const rest = await read({ ...usage, pageSize: 3, pageToken: first.nextPageToken });
    expect([...first.rows, ...rest.rows].map(({ cells }) => cells.matterCode)).toEqual(rows.map(([code]) => code));
    expect(rest.nextPageToken).toBe("");
    await expect(read({ ...usage, pageToken: "1-99" })).rejects.toMatchObject({ fields: [{ field: "page_token" }] });
  });

  test("bear service goals and handbook as papers (6.4.2.2, 6.4.2.3), and name what their systems are", async () => {
    const sha256 = await house.paper("keeper", "catalogKeeper", BUREAU, "服务目标：最多跑一次");
    const file = Buffer.from("系统名称,网络环境,承建单位,支撑事项\n审批系统,政务外网,某公司,440106-01;440106-02");
    const systems = { kind: HandInKind.SYSTEMS, papers: [{ kind: PaperKind.SERVICE_GOALS, sha256 }] };
    expect(await put(file, systems)).toMatchObject({ version: 1 });
    const { handIn } = await read({ kind: HandInKind.SYSTEMS });
    expect(handIn?.papers).toMatchObject([{ kind: PaperKind.SERVICE_GOALS, sha256 }]);
  });

  test("are handed in and read within reach alone, and for no department that is closed or unknown", async () => {
    const stranger = { department: codeOf("9"), division: "440106" };
    const otherCity = { ...CITY_BODY, division: "440300" };
    await expect(put(csv(ROW), {}, keeper(stranger))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(put(csv(ROW), {}, keeper(otherCity, "administrator"))).rejects.toMatchObject({
      reason: "PERMISSION_DENIED",
    });
    await expect(read({}, keeper(stranger))).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
    const listed = async (where: object, role: Role, departmentCode = "") =>
      (await keeper(where, role).listHandIns({ departmentCode })).handIns.length;
    const mine = await listed(BUREAU, "catalogKeeper");
    expect(mine).toBeGreaterThan(2);
    expect(await listed(CITY_BODY, "supervisor")).toBe(mine);
    expect(await listed(CITY_BODY, "supervisor", BUREAU.department)).toBe(mine);
    expect(await listed(otherCity, "supervisor", BUREAU.department)).toBe(0);
    expect(await listed(stranger, "auditor", BUREAU.department)).toBe(0);
    const operator = directClient(house.running, HandInService);
    expect((await operator.listHandIns({})).handIns.length).toBe(mine);
    const unknown = operator.putHandIn({
      departmentCode: codeOf("98"),
      kind: HandInKind.ISSUING,
      format: CSV,
      file: csv(ROW),
    });
    await expect(unknown).rejects.toMatchObject({ reason: "DEPARTMENT_UNKNOWN" });
    house.departments.set(stranger.department, { code: stranger.department, division: "440106", closed: true });
    await expect(put(csv(ROW), { departmentCode: stranger.department }, keeper(stranger))).rejects.toMatchObject({
      reason: "DEPARTMENT_CLOSED",
    });
  });

  test("have 20 versions on a day at most, since each is kept whole", async () => {
    const department = { department: codeOf("71"), division: "440106" };
    house.departments.set(department.department, { code: department.department, division: "440106" });
    const next = (at: number) =>
      put(csv([`M-${at}`, "事项", "证照", ""]), { departmentCode: department.department }, keeper(department));
    for (let at = 1; at <= 20; at++) expect((await next(at)).version).toBe(at);
    await expect(next(21)).rejects.toMatchObject({ reason: "RATE_EXCEEDED" });
    expect((await next(20)).version).toBe(20);
    const { handIns } = await keeper(department).listHandIns({ pageSize: 20 });
    expect(handIns.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    house.setNow("2026-12-01T02:00:00Z");
    onTestFinished(() => house.setNow("2026-11-30T02:00:00Z"));
    expect((await next(21)).version).toBe(21);
  });
});
