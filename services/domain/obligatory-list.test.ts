import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DivisionLevel, isWithin, levelOf } from "./division.ts";
import { checkedLines } from "./list-line.ts";
import {
  causesOf,
  compileList,
  effectiveList,
  type ListEntry,
  type ListLine,
  listDivisionsOf,
  listViewOf,
  MAX_LIST_ENTRIES,
  MAX_LIST_LINES,
  withLines,
} from "./obligatory-list.ts";

const [PROVINCE, CITY, COUNTY, TOWN] = ["440000", "440100", "440106", "440106001"] as const;
const [BUREAU, OTHER] = ["114401000000990003", "114401000000990016"] as const;
const TODAY = "2026-11-30";

const put = (more: Partial<ListLine & { end: false }> = {}): ListLine => {
  const line = { end: false, itemCode: "YYZZ", target: COUNTY, levels: [], departments: [BUREAU], from: "2026-12-01" };
  return { ...line, ...more } as ListLine;
};
const end = (until: string, more: Partial<ListLine & { end: true }> = {}): ListLine =>
  ({ end: true, itemCode: "YYZZ", target: COUNTY, levels: [], until, ...more }) as ListLine;
const entriesOf = (...lines: ListLine[]) => withLines([], lines, TODAY);
const invalid = (field: string) =>
  expect.objectContaining({
    reason: "INVALID_FIELD",
    fields: [expect.objectContaining({ field: `change.lines[0].${field}` })],
  });
const causes = (lists: Record<string, readonly ListEntry[]>, division: string, day: string) =>
  causesOf(
    Object.entries(lists).map(([by, entries]) => compileList(by, entries)),
    { view: listViewOf(division), itemCode: "YYZZ", day },
  );

describe("4.3.2 the effective list of a division is its own choice and what bodies above designate for it", () => {
  test("an own choice counts for the division alone, from its first day to its last", () => {
    const lists = { [COUNTY]: entriesOf(put({ until: "2026-12-31" })) };
    expect(causes(lists, COUNTY, "2026-12-01")).toEqual([
      { kind: "own", by: COUNTY, departments: [BUREAU], from: "2026-12-01", until: "2026-12-31" },
    ]);
    expect(causes(lists, COUNTY, "2026-11-30")).toEqual([]);
    expect(causes(lists, COUNTY, "2027-01-01")).toEqual([]);
    for (const other of [PROVINCE, CITY, "440114", TOWN]) expect(causes(lists, other, "2026-12-01")).toEqual([]);
  });

  test("the province designates for all cities, all counties, or one division by its code", () => {
    const cities = { [PROVINCE]: entriesOf(put({ target: PROVINCE, levels: ["city"] })) };
    expect(causes(cities, CITY, "2026-12-01")).toMatchObject([{ kind: "designated", by: PROVINCE }]);
    expect(causes(cities, COUNTY, "2026-12-01")).toEqual([]);
    const counties = { [PROVINCE]: entriesOf(put({ target: "440100", levels: ["county"] })) };
    expect(causes(counties, COUNTY, "2026-12-01")).toHaveLength(1);
    expect(causes(counties, "440305", "2026-12-01")).toEqual([]);
    const one = { [PROVINCE]: entriesOf(put()) };
    expect(causes(one, COUNTY, "2026-12-01")).toMatchObject([{ kind: "designated", by: PROVINCE }]);
    expect(causes(one, "440114", "2026-12-01")).toEqual([]);
  });

  test("towns of a city without counties lie right under it (東莞 441900)", () => {
    expect(listDivisionsOf("441900003")).toEqual(["441900003", "441900", "440000"]);
    const lists = { "441900": entriesOf(put({ target: "441900", levels: ["township"] })) };
    expect(causes(lists, "441900003", "2026-12-01")).toHaveLength(1);
  });

  test("6.2.3.1 each entry tells every cause, the nearest body first, and all departments that are named", () => {
    const lists = [
      compileList(PROVINCE, entriesOf(put({ target: PROVINCE, levels: ["city", "county"], departments: [] }))),
      compileList(CITY, entriesOf(put({ departments: [OTHER] }))),
      compileList(COUNTY, entriesOf(put())),
    ];
    const [entry] = effectiveList(lists, listViewOf("440106000000"), "2026-12-01");
    expect(entry?.causes.map(({ kind, by }) => `${kind} ${by}`)).toEqual([
      `own ${COUNTY}`,
      `designated ${CITY}`,
      `designated ${PROVINCE}`,
    ]);
    expect(entry?.departments).toEqual([BUREAU, OTHER]);
  });

  test("a body of a division that does not lie above says nothing, whatever its list holds", () => {
    expect(causes({ "440300": entriesOf(put()) }, COUNTY, "2026-12-01")).toEqual([]);
  });
});

describe("what was said of days that are over stays", () => {
  const running: ListEntry = {
    itemCode: "YYZZ",
    target: COUNTY,
    levels: [],
    departments: [BUREAU],
    from: "2026-01-01",
  };

  test("ended, it is told of the days on which it stood there", () => {
    const lists = { [COUNTY]: withLines([running], [end("2026-11-29")], TODAY) };
    expect(causes(lists, COUNTY, "2026-11-29")).toHaveLength(1);
    expect(causes(lists, COUNTY, TODAY)).toEqual([]);
  });

  test("other departments from a day on end the entry of before", () => {
    const next = withLines([running], [put({ departments: [OTHER] })], TODAY);
    expect(next).toMatchObject([{ until: "2026-11-30" }, { from: "2026-12-01", departments: [OTHER] }]);
  });

  test("what has not begun falls away once it is ended", () => {
    expect(withLines(entriesOf(put({ from: "2027-01-01" })), [end(TODAY)], TODAY)).toEqual([]);
  });

  test("the same again changes nothing; a carried-over entry gives way to a choice from a day on", () => {
    const once = entriesOf(put());
    expect(withLines(once, [put()], TODAY)).toEqual(once);
    const chosen = withLines([{ ...running, carriedOver: true }], [put({ from: TODAY })], TODAY);
    expect(chosen).toMatchObject([{ carriedOver: true, until: "2026-11-29" }, { from: TODAY }]);
  });

  test("a day that is over may be told of where nothing was said of it, and is not rewritten", () => {
    expect(entriesOf(put({ from: "2026-01-01" }))).toHaveLength(1);
    const rewriting = [put({ from: "2026-06-01" }), put({ from: "2026-01-01", departments: [OTHER] })];
    for (const line of rewriting) expect(() => withLines([running], [line], TODAY)).toThrow(invalid("from"));
    expect(() => withLines([running], [end("2026-10-01")], TODAY)).toThrow(invalid("until"));
  });

  test("what is not there is not ended", () => {
    expect(() => withLines([], [end("2026-12-31")], TODAY)).toThrow(invalid("item_code"));
    const other = end("2026-12-31", { levels: ["township"] });
    expect(() => withLines([running], [other], TODAY)).toThrow(invalid("item_code"));
  });

  test(`a list has ${MAX_LIST_ENTRIES} entries at most, ended ones too`, () => {
    const full = Array.from({ length: MAX_LIST_ENTRIES }, (_, index) => ({ ...running, itemCode: `I${index}` }));
    expect(() => withLines(full, [put()], TODAY)).toThrow(expect.objectContaining({ reason: "TOO_LARGE" }));
    expect(withLines(full.slice(1), [put()], TODAY)).toHaveLength(MAX_LIST_ENTRIES);
  });
});

describe("lines of a change are checked before they are kept, every fault at once", () => {
  const faults = (...lines: ListLine[]) => {
    try {
      checkedLines(CITY, lines);
    } catch (error) {
      return (error as { fields: { field: string }[] }).fields.map(({ field }) => field);
    }
    return [];
  };

  test("each fault names line and field", () => {
    expect(faults(put({ target: PROVINCE }), put({ target: "440305" }), put({ target: "x" }))).toEqual([
      ...["change.lines[0].target", "change.lines[1].target", "change.lines[2].target"],
    ]);
    expect(faults(put({ levels: ["county"] }), put({ target: CITY, levels: ["city"] }))).toEqual([
      ...["change.lines[0].levels", "change.lines[1].levels"],
    ]);
    expect(faults(put({ from: "2026-02-30", until: "2026-01-01", itemCode: "" }))).toEqual([
      ...["change.lines[0].item_code", "change.lines[0].from", "change.lines[0].until"],
    ]);
    expect(faults(put({ departments: ["1"] }), put({ departments: [BUREAU, BUREAU] }), end("gone"))).toEqual([
      ...["change.lines[0].departments", "change.lines[1].departments", "change.lines[2].until"],
    ]);
  });

  test(`a change has 1 to ${MAX_LIST_LINES} lines`, () => {
    expect(faults()).toEqual(["change.lines"]);
    expect(faults(...Array.from({ length: MAX_LIST_LINES }, () => put()))).toEqual([]);
    expect(faults(...Array.from({ length: MAX_LIST_LINES + 1 }, () => put()))).toEqual(["change.lines"]);
  });

  test("divisions are kept in their short form, levels from the top, departments by code", () => {
    const given = put({ target: "440100000000", levels: ["township", "county"], departments: [OTHER, BUREAU] });
    expect(checkedLines(CITY, [given])).toMatchObject([
      { target: CITY, levels: ["county", "township"], departments: [BUREAU, OTHER] },
    ]);
  });
});

describe("after any sequence of changes the effective list equals a naive recount, day by day", () => {
  const DAYS = Array.from({ length: 16 }, (_, index) => `2026-11-${String(index + 1).padStart(2, "0")}`);
  const DIVISIONS = [PROVINCE, CITY, COUNTY, "440114", "440300", "440305", TOWN];
  const LEVELS: DivisionLevel[] = ["city", "county", "township"];
  type Cell = { id: number; departments: string } | undefined;

  const action = fc.record({
    by: fc.constantFrom(...DIVISIONS),
    target: fc.constantFrom(...DIVISIONS),
    levels: fc.subarray(LEVELS),
    itemCode: fc.constantFrom("A", "B"),
    departments: fc.subarray([BUREAU, OTHER]),
    from: fc.nat(DAYS.length - 1),
    length: fc.option(fc.nat(8), { nil: undefined }),
    end: fc.boolean(),
    pass: fc.nat(2),
  });

  /** Each day of a key told by itself, with which line said it. */
  function recount(cells: Cell[], line: ListLine, id: number): Cell[] {
    const last = line.until === undefined ? DAYS.length - 1 : DAYS.indexOf(line.until);
    if (line.end) return cells.map((cell, day) => (day > last ? undefined : cell));
    const first = DAYS.indexOf(line.from);
    if (cells[first] && cells[last] && sameSaid(cells, first, last, line)) return cells;
    const met = new Set(cells.slice(first, last + 1).map((cell) => cell?.id));
    return cells.map((cell, day) => {
      if (day >= first && day <= last) return { id, departments: line.departments.join() };
      return cell && met.has(cell.id) && day > last ? undefined : cell;
    });
  }
  const sameSaid = (cells: Cell[], first: number, last: number, line: ListLine & { end: false }) =>
    cells.slice(first, last + 1).every((cell) => cell?.departments === line.departments.join()) &&
    new Set(cells.slice(first, last + 1).map((cell) => cell?.id)).size === 1 &&
    cells[first - 1]?.id !== cells[first]?.id &&
    cells[last + 1]?.id !== cells[last]?.id;

  test("in 100 random sequences", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
        const lists = new Map<string, ListEntry[]>();
        const naive = new Map<string, Cell[]>();
        let today = 0;
        for (const [id, { by, pass, length, ...one }] of actions.entries()) {
          today = Math.min(today + pass, DAYS.length - 1);
          const from = DAYS[one.from] as string;
          const until = length === undefined ? undefined : DAYS[Math.min(one.from + length, DAYS.length - 1)];
          const { itemCode, target, levels } = one;
          const line: ListLine = one.end
            ? { end: true, itemCode, target, levels, until: from }
            : { ...one, end: false, from, ...(until !== undefined && { until }) };
          const key = `${by} ${itemCode} ${target} ${levels}`;
          const before = naive.get(key) ?? DAYS.map(() => undefined);
          try {
            const [checked] = checkedLines(by, [line]);
            lists.set(by, withLines(lists.get(by) ?? [], [checked as ListLine], DAYS[today] as string));
          } catch {
            // What lies ahead is never refused once the line itself is sound.
            const sound = isWithin(target, by) && levels.every((level) => LEVELS.indexOf(level) >= depth(target));
            if (sound && !line.end) expect(one.from).toBeLessThan(today);
            continue;
          }
          const after = recount(before, line, id);
          for (let day = 0; day < today; day++)
            if (before[day]) expect(after[day]?.departments).toBe(before[day]?.departments);
          naive.set(key, after);
        }
        const compiled = [...lists].map(([by, entries]) => compileList(by, entries));
        for (const division of DIVISIONS) {
          for (const [index, day] of DAYS.entries()) {
            const counted = [...naive].filter(([key, cells]) => {
              const [by, , target, levels] = key.split(" ") as [string, string, string, string];
              const isMeant =
                levels === ""
                  ? target === division
                  : target !== division && isWithin(division, target) && levels.split(",").includes(levelOf(division));
              return isMeant && isWithin(division, by) && cells[index] !== undefined;
            });
            const items = new Set(counted.map(([key]) => key.split(" ")[1]));
            const found = effectiveList(compiled, listViewOf(division), day);
            expect(found.map(({ itemCode }) => itemCode)).toEqual([...items].sort());
            expect(found.flatMap((entry) => entry.causes)).toHaveLength(counted.length);
          }
        }
      }),
      { numRuns: 100, seed: 20261130 },
    );
  });

  /** Place of the first level below a division in the levels. */
  function depth(division: string): number {
    return ["province", "city", "county", "township"].indexOf(levelOf(division));
  }
});
