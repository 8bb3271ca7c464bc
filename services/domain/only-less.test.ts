import fc from "fast-check";
import { expect, test } from "vitest";
import { covers } from "./delegation.ts";
import {
  type DepartmentSaid,
  type IssuingSaid,
  moreInDelegation,
  moreInDepartment,
  moreInMatter,
  moreInOpening,
  type UsageSaid,
} from "./only-less.ts";
import { admitIssuing, type Opening } from "./opening.ts";
import type { Halt } from "./opening-controls.ts";
import { admitUse } from "./usage-opening.ts";

const RUNS = { numRuns: 10_000, seed: 20261201 };
const DAYS = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"] as const;
const day = fc.constantFrom(...DAYS);
const end = fc.constantFrom("", "", ...DAYS);
const halt = fc.constantFrom<(Halt | undefined)[]>(
  undefined,
  undefined,
  { kind: "suspended", cause: "核查", since: "" },
  { kind: "withdrawn", cause: "停办", since: "" },
);
const few = (...all: string[]) => fc.subarray(all);
const passes = (decide: () => unknown): boolean => {
  try {
    decide();
    return true;
  } catch {
    return false;
  }
};

/** Pairs of which the second is the first with some members changed, so that often enough only less is left. */
const changed = <T extends object>(one: fc.Arbitrary<T>, members: readonly (keyof T)[]) =>
  fc.tuple(one, one, fc.subarray([...members])).map(([before, other, picked]) => {
    const after = { ...before };
    for (const member of picked) after[member] = other[member];
    return [before, after] as const;
  });

const issuing: fc.Arbitrary<IssuingSaid> = fc
  .record({
    ...{
      sealCode: fc.constantFrom("S", "T"),
      opensOn: day,
      closesOn: end,
      attested: fc.boolean(),
      forUnits: fc.boolean(),
    },
    ...{ samePersonMayIssue: fc.boolean(), signerAccounts: few("li", "chen"), issuesPerDay: fc.nat({ max: 2 }), halt },
  })
  .map(({ halt: halted, ...rest }) => (halted ? { ...rest, halt: halted } : rest));

/** Everything that may be done under an opening of a bureau, by the bureau and a unit below it, where a ministry has opened the item for all below it. */
function issued(one: IssuingSaid, above: Opening | undefined): string[] {
  const { sealCode, signerAccounts, issuesPerDay, samePersonMayIssue, attested, ...days } = one;
  const bureau: Opening = { department: "bureau", app: "desk", ...days };
  const openings = [bureau, ...(above ? [above] : [])];
  const done: string[] = [];
  for (const [issuer, superiors] of [
    ["bureau", ["ministry"]],
    ["unit", ["bureau", "ministry"]],
  ] as const)
    for (const on of DAYS) {
      const asked = {
        itemCode: "I",
        published: true,
        obligatory: true,
        issuer,
        superiors,
        app: "desk",
        day: on,
        openings,
      };
      if (!passes(() => admitIssuing(asked))) continue;
      done.push(`${issuer} ${on}`);
      if (admitIssuing(asked) !== bureau || above) continue;
      // What is held to besides counts where no other opening decides in its place.
      for (const account of ["li", "chen", "wang"])
        for (const nth of [1, 2, 3])
          if (
            (signerAccounts.length === 0 || signerAccounts.includes(account)) &&
            (issuesPerDay === 0 || nth <= issuesPerDay)
          )
            done.push(`${issuer} ${on} ${account} ${nth} ${sealCode}`);
      if (samePersonMayIssue) done.push(`${issuer} ${on} same person`);
      if (attested) done.push(`${issuer} ${on} attested`);
    }
  return done;
}

const ISSUING = ["sealCode", "opensOn", "closesOn", "attested", "forUnits", "samePersonMayIssue"] as const;

test("6.2.4.2, 6.4.5.1: no change of an opening that only lessens it lets anything be issued that could not be before, by whatever stands above it", () => {
  let less = 0;
  const pair = changed(issuing, [...ISSUING, "signerAccounts", "issuesPerDay", "halt"]);
  const ministry = fc.option(day, { nil: undefined });
  fc.assert(
    fc.property(pair, ministry, ([before, after], opensOn) => {
      if (moreInOpening(before, after).length > 0) return;
      less += 1;
      const above = opensOn && { department: "ministry", app: "desk", opensOn, forUnits: true };
      expect(issued(before, above)).toEqual(expect.arrayContaining(issued(after, above)));
    }),
    RUNS,
  );
  expect(less).toBeGreaterThan(1_000);
});

const usable = fc.record({
  itemCode: fc.constantFrom("A", "B"),
  fields: few("name", "code"),
  files: few("PDF", "OFD"),
});
const usage: fc.Arbitrary<UsageSaid> = fc
  .record({
    ...{ department: fc.constantFrom("bureau", "hall"), appKeys: few("desk", "window") },
    ...{ items: fc.array(usable, { maxLength: 3 }), enabledOn: end, closesOn: end, endedOn: end },
    ...{ disabled: fc.boolean(), halt },
  })
  .map(({ halt: halted, ...rest }) => (halted ? { ...rest, halt: halted } : rest));

function used({ department, items, ...one }: UsageSaid): string[] {
  return ["desk", "window"].flatMap((app) =>
    DAYS.filter((on) => passes(() => admitUse({ code: "M", items, ...one }, app, on))).flatMap((on) =>
      items
        .filter(({ itemCode }, at) => items.findIndex((other) => other.itemCode === itemCode) === at)
        .flatMap(({ itemCode, fields, files }) =>
          ["", ...fields, ...files].map((shown) => `${department} ${app} ${on} ${itemCode} ${shown}`),
        ),
    ),
  );
}

test("6.2.4.4, 6.4.6.1: no change of a matter that only lessens it lets anybody see what could not be seen before", () => {
  let less = 0;
  const pair = changed(usage, [
    "department",
    "appKeys",
    "items",
    "enabledOn",
    "closesOn",
    "endedOn",
    "disabled",
    "halt",
  ]);
  fc.assert(
    fc.property(pair, fc.boolean(), ([before, after], isNew) => {
      if (moreInMatter(isNew ? undefined : before, after).length > 0) return;
      less += 1;
      expect(isNew ? [] : used(before)).toEqual(expect.arrayContaining(used(after)));
    }),
    RUNS,
  );
  expect(less).toBeGreaterThan(1_000);
});

test("6.4.4.2, 6.4.4.4: no delegation that only lessens the one before lets its app do more for the department", () => {
  let less = 0;
  const delegation = fc.record({ items: few("A", "B"), matters: few("M", "N"), since: day, until: end });
  const acts = [{ item: "A" }, { item: "B" }, { matter: "M" }, { matter: "N" }];
  const done = (one: { items: string[]; matters: string[]; since: string; until: string }) =>
    acts.flatMap((act) =>
      DAYS.filter((on) => covers({ app: "hall", department: "bureau", ...one }, act, on)).map((on) => [act, on]),
    );
  fc.assert(
    fc.property(changed(delegation, ["items", "matters", "since", "until"]), ([before, after]) => {
      if (moreInDelegation(before, after).length > 0) return;
      less += 1;
      expect(done(before)).toEqual(expect.arrayContaining(done(after)));
    }),
    RUNS,
  );
  expect(less).toBeGreaterThan(1_000);
});

test("6.2.2.1: of a department staff alone end what it is and whom it stands below, and change nothing else of it", () => {
  const before: DepartmentSaid = { name: "局", division: "440106", superiorCode: "S", closed: false };
  const more = (change: Partial<DepartmentSaid>) => moreInDepartment(before, { ...before, ...change });
  expect(more({ closed: true, superiorCode: "" })).toEqual([]);
  expect(moreInDepartment(undefined, before)).toEqual(["code"]);
  expect(more({ name: "厅", division: "440100", superiorCode: "T" })).toEqual(["name", "division", "superior_code"]);
  expect(moreInDepartment({ ...before, closed: true }, before)).toEqual(["closed"]);
});

test("what is new, resumed, prolonged or freed of a limit is named by its member, so that who is refused knows what", () => {
  const one: IssuingSaid = {
    ...{ sealCode: "S", opensOn: DAYS[1], closesOn: DAYS[2], attested: false, forUnits: false },
    ...{ samePersonMayIssue: false, signerAccounts: ["li"], issuesPerDay: 2 },
  };
  expect(moreInOpening(undefined, one)).toEqual(["opens_on"]);
  for (const [change, member] of [
    [{ sealCode: "T" }, "seal_code"],
    [{ opensOn: DAYS[0] }, "opens_on"],
    [{ closesOn: "" }, "closes_on"],
    [{ closesOn: DAYS[3] }, "closes_on"],
    [{ signerAccounts: [] }, "controls"],
    [{ issuesPerDay: 0 }, "controls"],
    [{ issuesPerDay: 3 }, "controls"],
  ] as const)
    expect(moreInOpening(one, { ...one, ...change })).toEqual([member]);
  const suspended: IssuingSaid = { ...one, halt: { kind: "suspended", cause: "核查", since: "" } };
  expect(moreInOpening(suspended, one)).toEqual(["halt"]);
  expect(moreInOpening(one, suspended)).toEqual([]);
  expect(moreInOpening(suspended, { ...suspended, closesOn: DAYS[1] })).toEqual(["closes_on"]);
});
