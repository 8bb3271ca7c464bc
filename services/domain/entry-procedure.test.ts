import { expect, test } from "vitest";
import type { StaffActor } from "./actor.ts";
import { ENTRY, type EntryAction, type EntryState } from "./entry-procedure.ts";
import { type Case, stepsFor, takeStep } from "./procedure.ts";
import type { Role } from "./role.ts";

const UNIT_OF = "11440106MB9DEM11X6";
const person = (account: string, role: Role, division: string, department: string): StaffActor => ({
  ...{ kind: "staff", node: "440100", name: account, roles: [role] },
  ...{ account, division, department },
});
const filler = person("filler", "implementer", "440106", "114401060000990001");
const checker = person("checker", "administrator", "440100", "114401000000990001");
const superior = person("superior", "departmentAdministrator", "440106", UNIT_OF);
const everybody = [filler, checker, superior, person("maker", "maker", "440106", UNIT_OF)];

const standing = (state: EntryState, steps: Case<EntryState, EntryAction>["steps"] = []) => ({
  ...{ state, department: UNIT_OF, division: "440106", steps },
});
const may = (state: EntryState, who: StaffActor) => stepsFor(ENTRY, standing(state), who);

test("the body's people or, for its units, a department fill the form in; only an administrator of the body finds it good (6.2.2.1, 6.4.1.1)", () => {
  for (const who of [filler, checker, superior]) expect(may("draft", who)).toEqual(["submit", "withdraw"]);
  expect(may("submitted", superior)).toEqual(["withdraw"]);
  expect(may("submitted", filler)).toEqual(["return", "withdraw"]);
  expect(may("submitted", checker)).toEqual(["accept", "return", "withdraw"]);
});

test("what cannot be set up is sent back; what is set up, active or withdrawn takes no step of people", () => {
  expect(may("accepted", filler)).toEqual(["return"]);
  for (const state of ["setUp", "active", "withdrawn"] as const)
    for (const who of everybody) expect(may(state, who)).toEqual([]);
});

test("nobody finds good what he has submitted, and a body of another division does nothing", () => {
  const at = "2026-11-30T01:00:00.000Z";
  const { state, step } = takeStep(ENTRY, standing("draft"), { action: "submit", person: checker, at, remark: "" });
  const submitted = standing(state, [step]);
  const accept = (who: StaffActor) =>
    takeStep(ENTRY, submitted, { action: "accept", person: who, at, remark: "" }).state;
  expect(() => accept(checker)).toThrow("you took the step submit");
  expect(() => accept({ ...checker, account: "other", division: "440300" })).toThrow("not for you");
  expect(accept({ ...checker, account: "other" })).toBe("accepted");
});
