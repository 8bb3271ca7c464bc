import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { DivisionOutcome } from "../../../proto/gen/ecert/governance/v1/division_pb.ts";
import { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { bothEngines, type Engine } from "../../../test/fixtures/engines.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { StaffActor } from "../../domain/actor.ts";
import type { RunningService } from "../../node/runtime.ts";
import type { Store } from "../../store/port.ts";
import { governanceService } from "../main.ts";
import { readDivisionList, SHIPPED_DIVISIONS } from "./division-list.ts";

const LIST = { source: "试验清单", sourceDate: "2026-11-01" };
const BODY: StaffActor = {
  ...{ kind: "staff", node: "440100", account: "440100-admin", name: "管理", roles: ["administrator"] },
  ...{ department: "11440100MB9DEM1015", division: "440100" },
};

test("the shipped list has Guangdong's 21 cities, 122 counties and their towns, 东莞 and 中山 without counties", () => {
  const { rows, source, sourceDate } = readDivisionList(SHIPPED_DIVISIONS);
  const codes = rows.map(({ code }) => code);
  expect(codes.filter((code) => /^44\d\d00$/.test(code) && code !== "440000").length).toBe(21);
  expect(codes.filter((code) => /^44\d\d(?!00)\d\d$/.test(code)).length).toBe(122);
  expect(codes.filter((code) => code.length === 9).length).toBe(1_610);
  expect(codes.filter((code) => /^44(19|20)/.test(code) && code.length === 6)).toEqual(["441900", "442000"]);
  expect(source).toContain("国家统计局");
  expect(sourceDate).toBe("2023-06-30");
});

describe.each(await bothEngines())("divisions on $name", (engine: Engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let house: TestRuntime;
  let running: RunningService;
  const operator = () => directClient(running, DivisionService);
  const staff = (actor: Partial<StaffActor> = {}) => directClient(running, DivisionService, { ...BODY, ...actor });

  beforeAll(async () => {
    opened = await engine.open();
    house = await openTestRuntime({ service: "governance", store: opened.store, now: "2026-11-30T02:00:00Z" });
    running = await governanceService.start(house.runtime);
    // Rows are stored in the order of their codes: the last is there when all are.
    const last = () => operator().getDivision({ code: "445381119" });
    await vi.waitFor(last, { timeout: 20_000, interval: 20 });
  });
  afterAll(async () => {
    await running.stop();
    await house.close();
    await opened.remove();
  });

  test("a node begins with the list that is shipped, told by source and day, in the evidence too", async () => {
    const { division } = await operator().getDivision({ code: "440106" });
    expect(division).toMatchObject({ name: "天河区", parentCode: "440100", sourceDate: "2023-06-30", until: "" });
    expect((await operator().getDivision({ code: "440106000000" })).division?.code).toBe("440106");
    expect(house.evidence[0]).toMatchObject({ kind: "divisions-put", body: { added: 1_754, renamed: 0 } });
  });

  test("those directly below one are listed page by page", async () => {
    const first = await operator().listDivisions({ parentCode: "440000", pageSize: 20 });
    const rest = await operator().listDivisions({ parentCode: "440000", pageSize: 20, pageToken: first.nextPageToken });
    expect([first, rest].map(({ divisions }) => divisions.length)).toEqual([20, 1]);
    const towns = await operator().listDivisions({ parentCode: "441900", pageSize: 1_000 });
    expect(towns.divisions.every(({ code }) => code.length === 9)).toBe(true);
    const found = async (search: string) =>
      (await operator().listDivisions({ parentCode: "440100", search })).divisions.map(({ code }) => code);
    expect([await found("天河"), await found("440106"), await found("龙门")]).toEqual([["440106"], ["440106"], []]);
  });

  test("a list is looked at first, and a rename holds from its day on: of before, the division is told with the name that old certificates bear", async () => {
    const rows = [{ code: "440113", name: "番禺新区", from: "2026-10-01", bodyCode: BODY.department }];
    const looked = await staff().putDivisions({ ...LIST, rows, dryRun: true });
    const changes = [{ code: "440113", outcome: DivisionOutcome.RENAMED, nameBefore: "番禺区", nameAfter: "番禺新区" }];
    expect(looked).toMatchObject({ stored: false, changes, faults: [] });
    expect((await operator().getDivision({ code: "440113" })).division?.name).toBe("番禺区");
    expect(await staff().putDivisions({ ...LIST, rows })).toMatchObject({ stored: true, changes });
    expect((await staff().putDivisions({ ...LIST, rows })).changes).toEqual([]);
    const on = async (day: string) => (await operator().getDivision({ code: "440113", day })).division;
    expect((await on("2026-09-30"))?.name).toBe("番禺区");
    expect(await on("2026-10-01")).toMatchObject({ name: "番禺新区", bodyCode: BODY.department, source: LIST.source });
  });

  test("what a whole list no longer has ends on the day before; asked for later it is refused with its end and its successor", async () => {
    const { divisions } = await operator().listDivisions({ parentCode: "440112", pageSize: 1_000 });
    const [gone, kept, ...others] = divisions;
    const rows = [
      { code: "440112", name: "黄埔区" },
      { code: kept?.code ?? "", name: "并街道", from: "2026-11-01" },
      ...others.map(({ code, name }) => ({ code, name })),
    ];
    const put = await operator().putDivisions({ ...LIST, rows, wholeOf: "440112" });
    expect(put.changes.map(({ outcome }) => outcome)).toEqual([DivisionOutcome.ENDED, DivisionOutcome.RENAMED]);
    const after = await operator().listDivisions({ parentCode: "440112", pageSize: 1_000 });
    expect(after.divisions.length).toBe(divisions.length - 1);
    const before = await operator().listDivisions({ parentCode: "440112", pageSize: 1_000, day: "2026-10-31" });
    expect(before.divisions.map(({ name }) => name)).toEqual(divisions.map(({ name }) => name));
    const code = gone?.code ?? "";
    await expect(operator().getDivision({ code })).rejects.toMatchObject({
      ...{ reason: "DIVISION_UNKNOWN", metadata: { code, until: "2026-10-31" } },
    });
  });

  test("of a list with faults nothing is stored, and every one is told: wrong days, unknown parents, a division that is not the body's own", async () => {
    const rows = [
      { code: "440199", name: "试验区" },
      { code: "440377001", name: "他市街道" },
      { code: "440188001", name: "无县街道", from: "2026-13-01" },
      { code: "440187001", name: "无县街道" },
      { code: "440105", name: "别名区" },
    ];
    const { stored, faults, faultCount } = await staff().putDivisions({ ...LIST, rows });
    expect({ stored, faultCount }).toEqual({ stored: false, faultCount: 4 });
    const fields = ["rows[1].code", "rows[2].from", "rows[3].code", "rows[4].from"];
    expect(faults.map(({ field }) => field)).toEqual(fields);
    await expect(operator().getDivision({ code: "440199" })).rejects.toMatchObject({ reason: "DIVISION_UNKNOWN" });
  });

  test("a list in a file needs source, day and its columns, in UTF-8", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ecert-divisions-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "list.csv");
    const reading = (text: string | Buffer) => {
      writeFileSync(file, text);
      return () => readDivisionList(file);
    };
    expect(reading("code,name\n440000,省\n")).toThrow("# source");
    expect(reading("# source: 试\ncode,name\n440000,省\n")).toThrow("# date");
    const head = "# source: 试\n# date: 2026-01-01\n";
    expect(reading(`${head}code,title\n440000,省\n`)).toThrow("column title");
    expect(reading(Buffer.concat([Buffer.from(head), Buffer.from([0xd6, 0xd0])]))).toThrow("UTF-8");
    expect(reading(`${head}code,name,until\n440000,省,2026-01-02\n`)().rows[0]).toMatchObject({ until: "2026-01-02" });
    expect(reading(`${head}code,name\n${"440000,省\n".repeat(5_001)}`)).toThrow("5000 rows");
  });
});
