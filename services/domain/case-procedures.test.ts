import fc from "fast-check";
import { expect, test } from "vitest";
import type { StaffActor } from "./actor.ts";
import { CHANGE } from "./change-procedure.ts";
import { isWithin } from "./division.ts";
import { ENTRY } from "./entry-procedure.ts";
import { OPENING_REQUEST } from "./opening-procedure.ts";
import { type Case, type Procedure, takeStep } from "./procedure.ts";
import { ROLE_NAMES } from "./role.ts";

const DEPARTMENT = "11440106MB9DEM11X6";
const DIVISIONS = ["440000", "440100", "440106", "440300"];
const ACTIONS = 10_000;

const people = fc.record({
  account: fc.constantFrom("a", "b", "c", "d"),
  roles: fc.uniqueArray(fc.constantFrom(...ROLE_NAMES), { minLength: 1, maxLength: 3 }),
  division: fc.constantFrom(...DIVISIONS),
  department: fc.constantFrom(DEPARTMENT, "114401000000990001"),
});

/** Lets random people try random steps of one case after the other, and holds each case to what the standard says of its judgement. */
function tried<S extends string, A extends string>(
  procedure: Procedure<S, A>,
  begin: S,
  judging: A,
  judged: S,
): number {
  const actions = Object.keys(procedure.actions) as A[];
  const tries = fc.tuple(people, fc.constantFrom(...actions), fc.constantFrom("", "意见"));
  const [all = []] = fc.sample(fc.array(tries, { minLength: ACTIONS, maxLength: ACTIONS, size: "max" }), {
    seed: 13,
    numRuns: 1,
  });
  const fresh = (): Case<S, A> => ({ state: begin, department: DEPARTMENT, division: "440106", steps: [] });
  let one = fresh();
  let reached = 0;
  for (const [{ roles, ...who }, action, remark] of all) {
    const person: StaffActor = { kind: "staff", node: "440100", name: who.account, roles, ...who };
    const at = "2026-11-30T01:00:00.000Z";
    try {
      const { state, step } = takeStep(procedure, one, { action, person, at, remark });
      one = { ...one, state, steps: [...one.steps, step] };
    } catch {
      continue;
    }
    const last = one.steps.at(-1);
    if (last?.action === judging) {
      const submitters = one.steps.filter((step) => step.action === ("submit" as A)).map(({ account }) => account);
      expect(submitters.length).toBeGreaterThan(0);
      expect(submitters).not.toContain(last.account);
      expect(isWithin("440106", last.division)).toBe(true);
      expect(person.roles).toContain("administrator");
    }
    if (one.state === judged) {
      expect(one.steps.some((step) => step.action === judging)).toBe(true);
      reached++;
    }
    // What takes no more steps of people makes room for the next case.
    if (!procedure.steps.some(({ from }) => from.includes(one.state)) || one.steps.length > 20) one = fresh();
  }
  return reached;
}

test("in 10,000 random actions of random people no entry is found good but by another person, an administrator of a body above it (6.2.2.1)", () => {
  expect(tried(ENTRY, "draft", "accept", "accepted")).toBeGreaterThan(5);
});

test("in 10,000 random actions of random people no change of a department is confirmed but by another person, an administrator of a body above it", () => {
  expect(tried(CHANGE, "draft", "confirm", "confirmed")).toBeGreaterThan(5);
});

test.each([
  ["an entry", ENTRY, "accept"],
  ["a change of a department", CHANGE, "confirm"],
  ["a request for an opening", OPENING_REQUEST, "confirm"],
] as readonly [string, Procedure<string, string>, string][])(
  "whoever wrote %s does not judge it, though another person has submitted it (6.2.2.1, 6.2.4.2)",
  (_what, procedure, judging) => {
    const at = "2026-11-30T01:00:00.000Z";
    const judge = (account: string): StaffActor => ({
      ...{ kind: "staff", node: "440100", account, name: account, department: "body", division: "440100" },
      roles: ["administrator"],
    });
    const taken = (action: string, { account, name, department, division }: StaffActor) => ({
      ...{ action, account, name, department, division, at, remark: "" },
    });
    const steps = [taken("write", judge("a")), taken("submit", judge("b"))];
    const one = { state: "submitted", department: DEPARTMENT, division: "440106", steps };
    const by = (account: string) => () =>
      takeStep(procedure, one, { action: judging, person: judge(account), at, remark: "" });
    for (const account of ["a", "b"]) expect(by(account)).toThrow(expect.objectContaining({ reason: "SAME_PERSON" }));
    expect(by("c")().step.action).toBe(judging);
  },
);
