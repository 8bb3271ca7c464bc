import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StaffActor } from "./actor.ts";
import {
  DRAFT_ACTIONS,
  type DraftAction,
  type DraftState,
  itemProcedure,
  placeOf,
  replayed,
} from "./item-procedure.ts";
import { type Case, stepsFor, takeStep } from "./procedure.ts";
import { Refusal } from "./refusal.ts";
import { ROLE_NAMES, type Role } from "./role.ts";

const DEPARTMENT = "114401000000990003";
const OTHER = "114401000000990016";
const PROVINCIAL = "114400000000990008";
const person = (account: string, department: string, division: string, ...roles: Role[]): StaffActor => ({
  ...{ kind: "staff", node: division.slice(0, 4), account, name: account, department, division, roles },
});
const [ANNA, BEN] = ["anna", "ben"].map((one) => person(one, DEPARTMENT, "440106", "catalogKeeper")) as [
  StaffActor,
  StaffActor,
];
const COUNTY = person("county", "114401060000990001", "440106", "implementer");
const CITY = person("city", "114401000000990001", "440100", "catalogAdministrator");
const [PAUL, PIA] = ["paul", "pia"].map((one) => person(one, PROVINCIAL, "440000", "catalogAdministrator")) as [
  StaffActor,
  StaffActor,
];
const INGA = person("inga", PROVINCIAL, "440000", "implementer");

/** Steps that lead to the publication. */
const ONWARD: readonly DraftAction[] = ["submit", "review", "confirm", "approve", "publish"];

type Draft = Case<DraftState, DraftAction>;
const begun = (more: Partial<Draft> = {}): Draft => ({
  ...{ state: "draft", department: DEPARTMENT, division: "440106", steps: [] },
  ...more,
});

function taken(one: Draft, ...steps: [DraftAction, StaffActor][]): Draft {
  const draft = { ...one, steps: [...one.steps] };
  for (const [action, by] of steps) {
    const wanted = { action, person: by, at: "2026-11-30T01:00:00.000Z", remark: "意见" };
    const { state, step } = takeStep(itemProcedure(draft.division), draft, wanted);
    draft.state = state;
    draft.steps.push(step);
  }
  return draft;
}

function reasonOf(run: () => unknown): string {
  try {
    run();
    return "";
  } catch (error) {
    return error instanceof Refusal ? error.reason : String(error);
  }
}

const CONFIRMED: [DraftAction, StaffActor][] = [
  ["edit", ANNA],
  ["submit", ANNA],
  ["configure", COUNTY],
  ["review", COUNTY],
  ["confirm", BEN],
];

describe("4.3.4, 6.2.3.2 the registration of a catalog item", () => {
  test("leads from the department over its body and another person of the department to two people of the province", () => {
    const published = taken(begun(), ...CONFIRMED, ["approve", PAUL], ["publish", PIA]);
    expect(published.state).toBe("published");
    expect(new Set(published.steps.map(({ account }) => account)).size).toBe(5);
    expect(stepsFor(itemProcedure("440106"), published, PIA)).toEqual([]);
  });

  test.each<[string, [DraftAction, StaffActor][], [DraftAction, StaffActor], string]>([
    ["who wrote it confirms it", CONFIRMED.slice(0, 4), ["confirm", ANNA], "SAME_PERSON"],
    ["who approved it publishes it", [...CONFIRMED, ["approve", PAUL]], ["publish", PAUL], "SAME_PERSON"],
    ["a department publishes", [...CONFIRMED, ["approve", PAUL]], ["publish", ANNA], "PERMISSION_DENIED"],
    ["a city confirms for the province", CONFIRMED, ["approve", CITY], "PERMISSION_DENIED"],
    ["an 实施员 publishes", [...CONFIRMED, ["approve", PAUL]], ["publish", INGA], "PERMISSION_DENIED"],
    ["the review is passed over", CONFIRMED.slice(0, 2), ["confirm", BEN], "STEP_REFUSED"],
    ["it is published before it is approved", CONFIRMED, ["publish", PIA], "STEP_REFUSED"],
    [
      "another department submits it",
      CONFIRMED.slice(0, 1),
      ["submit", person("x", OTHER, "440106", "catalogKeeper")],
      "PERMISSION_DENIED",
    ],
    ["it is changed after its confirmation", CONFIRMED, ["edit", ANNA], "STEP_REFUSED"],
  ])("is refused where %s", (_, before, [action, by], reason) => {
    expect(reasonOf(() => taken(taken(begun(), ...before), [action, by]))).toBe(reason);
  });

  test("of a department of the province begins with the province's 实施员, and its 目录管理员 are others", () => {
    const [eva, fay] = ["eva", "fay"].map((one) => person(one, PROVINCIAL, "440000", "catalogKeeper")) as [
      StaffActor,
      StaffActor,
    ];
    const submitted = taken(begun({ department: PROVINCIAL, division: "440000" }), ["edit", eva], ["submit", eva]);
    expect(reasonOf(() => taken(submitted, ["review", PAUL]))).toBe("PERMISSION_DENIED");
    const approved = taken(submitted, ["review", INGA], ["confirm", fay], ["approve", PAUL]);
    expect(taken(approved, ["publish", PIA]).state).toBe("published");
    const both = { ...INGA, roles: ["implementer", "catalogAdministrator"] as const };
    const confirmed = taken(submitted, ["review", both], ["confirm", fay]);
    expect(reasonOf(() => taken(confirmed, ["approve", both]))).toBe("SAME_PERSON");
  });

  test("goes back with a remark from each hand, and its steps stay", () => {
    const again = taken(begun(), ...CONFIRMED, ["refuse", PAUL], ["edit", ANNA], ["submit", ANNA]);
    expect([again.state, again.steps.length]).toEqual(["submitted", 8]);
    const silent = { action: "return", person: COUNTY, at: "", remark: "" } as const;
    expect(reasonOf(() => takeStep(itemProcedure("440106"), again, silent))).toBe("INVALID_FIELD");
  });

  test("is told the same by its steps at another node, and not if one of them could not have been", () => {
    const { department, division, steps } = taken(begun(), ...CONFIRMED);
    expect(replayed({ department, division }, steps)).toBe("confirmed");
    const without = steps.filter(({ action }) => action !== "review");
    expect(reasonOf(() => replayed({ department, division }, without))).toBe("STEP_REFUSED");
  });
});

test("4.3.4 no 10,000 random actions of random people lead to what the standard forbids", () => {
  const people = [ANNA, BEN, COUNTY, CITY, PAUL, PIA, INGA].flatMap((one) => [one, { ...one, roles: ROLE_NAMES }]);
  const homes = [
    { department: DEPARTMENT, division: "440106" },
    { department: PROVINCIAL, division: "440000" },
  ];
  const actions = Object.keys(DRAFT_ACTIONS) as DraftAction[];
  let [tried, published] = [0, 0];
  const sequence = fc.array(fc.tuple(fc.nat(actions.length - 1), fc.nat(people.length - 1), fc.nat(3)), {
    ...{ minLength: 100, maxLength: 100, size: "max" },
  });
  fc.assert(
    fc.property(fc.constantFrom(...homes), sequence, (home, choices) => {
      let one = begun(home);
      for (const [at, who, blind] of choices) {
        tried += 1;
        const by = people[who] as StaffActor;
        // Mostly what a person may do, so that sequences come far; else anything.
        const open = stepsFor(itemProcedure(one.division), one, by);
        const onward = open.filter((action) => ONWARD.includes(action)).at(-1);
        const action = blind > 0 && onward ? onward : actions[at];
        const before = one;
        if (reasonOf(() => (one = taken(before, [action as DraftAction, by]))) !== "") expect(one).toBe(before);
        requireLawful(one);
        if (one.state === "published") published += 1;
        // So much has gone to and fro that everybody has written a part of it: it is begun anew.
        if (placeOf(one.state) === "ended" || one.steps.length > 20) one = begun(home);
      }
    }),
    { seed: 434, numRuns: 100 },
  );
  expect(tried).toBe(10_000);
  expect(published).toBeGreaterThan(20);
});

/** What the standard demands of a draft, told without the table of the procedure. */
function requireLawful({ state, steps, department, division }: Draft): void {
  expect(replayed({ department, division }, steps)).toBe(state);
  if (state !== "published") return;
  // Of the last time that it went through: what was done before it was sent back is judged with it, but proves nothing.
  const last = (action: DraftAction) => steps.findLast((step) => step.action === action);
  const [submitted, reviewed, confirmed, approved, publisher] = [
    ...[last("submit"), last("review"), last("confirm"), last("approve"), last("publish")],
  ].map((step) => step as NonNullable<typeof step>);
  const order = [submitted, reviewed, confirmed, approved, publisher].map((step) => steps.indexOf(step as never));
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  const writers = steps.filter(({ action }) => ["edit", "rebase", "submit", "configure"].includes(action));
  for (const judge of [confirmed, approved, publisher])
    expect(writers.map(({ account }) => account)).not.toContain(judge?.account);
  const hands = [submitted, reviewed, confirmed, approved, publisher].map((step) => step?.account);
  expect(new Set(hands).size).toBe(5);
  expect([submitted, confirmed].map((step) => step?.department)).toEqual([department, department]);
  expect([approved, publisher].map((step) => step?.division)).toEqual(["440000", "440000"]);
}
