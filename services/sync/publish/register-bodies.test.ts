import { expect, test } from "vitest";
import { registerContent } from "../../trust/register-content.ts";
import { bodiesOf } from "./register-bodies.ts";

const CITY = "440100";
const PROVINCE = "440000";
const body = (code: string, superiorCode = "", node = CITY) => ({ code, superiorCode, node });
const right = (departmentCode: string, since: string, more: { [member: string]: string | boolean } = {}) => ({
  ...{ departmentCode, itemCode: "I", typeCode: "T", node: CITY, since, until: "", forUnits: false },
  ...more,
});
const period = (from: string, until?: string, node = CITY) => ({ type: "T", node, from, ...(until && { until }) });

/** Every register that is made here is one that can be read. */
function marked(...given: Parameters<typeof bodiesOf>) {
  const bodies = bodiesOf(...given);
  const builtAt = "2026-11-25T00:00:00.000Z";
  return registerContent({ schema: "ecert.issuer-register.v2", publisher: PROVINCE, builtAt, bodies }).bodies;
}

/** The same without what tells whose word a period is. */
function made(...given: Parameters<typeof bodiesOf>) {
  const told = new Set(["exact", "units", "above"]);
  const text = JSON.stringify(marked(...given), (member, value) => (told.has(member) ? undefined : value));
  return JSON.parse(text) as ReturnType<typeof bodiesOf>;
}

test("5.6.2: a body issues where and when the province says, also at the province's own node", () => {
  const rights = [right("A", "2026-01-01", { until: "2026-06-30" }), right("A", "2026-07-01", { node: PROVINCE })];
  expect(made([body("A")], rights)).toEqual({
    A: { node: CITY, rights: { I: [period("2026-01-01", "2026-06-30"), period("2026-07-01", undefined, PROVINCE)] } },
  });
});

test("5.8.4: what is a right for units, the units below have as well, at the same node, however deep; others have not", () => {
  const bodies = [body("A"), body("B", "A", "440300"), body("C", "B"), body("D")];
  const found = made(bodies, [right("A", "2026-01-01", { forUnits: true })]);
  expect(found).toEqual({
    A: { node: CITY, rights: { I: [period("2026-01-01")] } },
    B: { node: "440300", superior: "A", rights: { I: [period("2026-01-01")] } },
    C: { node: CITY, superior: "B", rights: { I: [period("2026-01-01")] } },
    D: { node: CITY, rights: {} },
  });
});

test("what the province says of a body goes before what it says of one above, and that of the nearest before others", () => {
  const bodies = [body("A"), body("B", "A"), body("C", "B")];
  const rights = [
    right("A", "2026-01-01", { forUnits: true }),
    right("B", "2026-04-01", { forUnits: true, node: PROVINCE }),
    right("C", "2026-06-01", { until: "2026-06-30", node: "440300" }),
  ];
  expect(made(bodies, rights).C?.rights).toEqual({
    I: [
      period("2026-01-01", "2026-03-31"),
      period("2026-04-01", "2026-05-31", PROVINCE),
      period("2026-06-01", "2026-06-30", "440300"),
      period("2026-07-01", undefined, PROVINCE),
    ],
  });
});

test("each period tells whether it is the province's word for the body, for those below too, or that for one above", () => {
  const bodies = [body("A"), body("B", "A"), body("C", "B")];
  const rights = [
    right("A", "2026-01-01", { forUnits: true }),
    right("B", "2026-04-01", { until: "2026-04-30" }),
    right("B", "2026-05-01", { forUnits: true, until: "2026-05-31" }),
  ];
  const found = marked(bodies, rights);
  expect(Object.values(found).map(({ exact }) => exact)).toEqual([true, true, true]);
  const told = (code: string) =>
    found[code]?.rights.I?.map(({ from, units, above }) => [from, units ?? above ?? "own"]);
  expect([told("A"), told("B"), told("C")]).toEqual([
    [["2026-01-01", true]],
    [
      ["2026-01-01", "A"],
      ["2026-04-01", "own"],
      ["2026-05-01", true],
      ["2026-06-01", "A"],
    ],
    [
      ["2026-01-01", "A"],
      ["2026-05-01", "B"],
      ["2026-06-01", "A"],
    ],
  ]);
});

test("rights of bodies that the province has not confirmed count for nothing, and give nobody else a right", () => {
  const rights = [right("Z", "2026-01-01", { forUnits: true }), right("A", "2026-01-01", { itemCode: "J" })];
  expect(made([body("A")], rights)).toEqual({ A: { node: CITY, rights: { J: [period("2026-01-01")] } } });
});

test("bodies that stand above one another end nothing", () => {
  const bodies = made([body("A", "B"), body("B", "A")], [right("A", "2026-01-01", { forUnits: true })]);
  expect(bodies.B).toEqual({ node: CITY, superior: "A", rights: { I: [period("2026-01-01")] } });
});

test("5.8.3: former superiors are listed, oldest first", () => {
  const [first, second] = ["2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"];
  const former = [
    { superiorCode: "X", until: second },
    { superiorCode: "", until: first },
  ];
  expect(made([{ ...body("B", "A"), former }], []).B).toEqual({
    ...{ node: CITY, superior: "A", rights: {} },
    formerly: [{ until: first }, { superior: "X", until: second }],
  });
});

test("5.8.4: a right for units is a unit's for the days on which it stood below", () => {
  const former = [
    { superiorCode: "", until: "2026-02-10T02:00:00.000Z" },
    { superiorCode: "A", until: "2026-03-01T02:00:00.000Z" },
  ];
  const bodies = [body("A"), body("N"), { ...body("B", "N"), former }, body("C", "B")];
  const later = right("A", "2026-03-02", { forUnits: true, itemCode: "J" });
  const found = made(bodies, [right("A", "2026-01-01", { forUnits: true }), later]);
  expect(found.B?.rights).toEqual({ I: [period("2026-02-10", "2026-03-01")] });
  expect(found.C?.rights).toEqual({ I: [period("2026-02-10", "2026-03-01")] });
  expect(found.N?.rights).toEqual({});
});

test("what has a wrong day or time, or stands out of order, leaves the register readable for all others", () => {
  const [first, second] = ["2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"];
  const former = [second, "lately", first].map((until) => ({ superiorCode: "X", until }));
  const rights = [right("B", "soon"), right("B", "2026-02-01", { until: "2026-01-01" }), right("C", "2026-01-01")];
  const formerly = [first, second].map((until) => ({ superior: "X", until }));
  expect(made([{ ...body("B", "A"), former }, body("C")], rights)).toEqual({
    B: { node: CITY, superior: "A", formerly, rights: {} },
    C: { node: CITY, rights: { I: [period("2026-01-01")] } },
  });
});

test("whatever is put, no two periods of an item are at one time", () => {
  let seed = 5;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const day = () => `2026-${String(1 + random(12)).padStart(2, "0")}-${String(1 + random(28)).padStart(2, "0")}`;
  const codes = ["A", "B", "C", "D"];
  for (let round = 0; round < 100; round++) {
    const bodies = codes.map((code, place) => ({
      ...body(code, codes[random(place + 1)]),
      former: [day(), day()]
        .sort()
        .map((on) => ({ superiorCode: codes[random(4)] ?? "", until: `${on}T04:00:00.000Z` })),
    }));
    const rights = Array.from({ length: 8 }, () => {
      const [since = "", until = ""] = [day(), day()].sort();
      return right(codes[random(4)] ?? "", since, { until, forUnits: random(2) === 0, node: `44010${random(9)}` });
    });
    made(bodies, rights);
  }
});
