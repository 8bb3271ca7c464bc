import { expect, test } from "vitest";
import type { StaffActor } from "./actor.ts";
import { CHANGE, type ChangeState, STAGES } from "./change-procedure.ts";
import { stepsFor } from "./procedure.ts";
import type { Role } from "./role.ts";

const DEPARTMENT = "11440106MB9DEM11X6";
const person = (role: Role, division: string, department = "114401000000990001"): StaffActor => ({
  ...{ kind: "staff", node: "440100", account: role, name: role, roles: [role], division, department },
});
const may = (state: ChangeState, who: StaffActor) =>
  stepsFor(CHANGE, { state, department: DEPARTMENT, division: "440106", steps: [] }, who);

test("a department or its body asks for a change, only an administrator of the body confirms it, and nobody takes it back then", () => {
  const own = person("departmentAdministrator", "440106", DEPARTMENT);
  expect(may("draft", own)).toEqual(["submit", "withdraw"]);
  expect(may("submitted", own)).toEqual(["withdraw"]);
  expect(may("submitted", person("implementer", "440100"))).toEqual(["return", "withdraw"]);
  expect(may("submitted", person("administrator", "440100"))).toEqual(["confirm", "return", "withdraw"]);
  for (const state of ["confirmed", "done", "withdrawn"] as const)
    for (const who of [own, person("administrator", "440000")]) expect(may(state, who)).toEqual([]);
  expect(may("submitted", person("administrator", "440300"))).toEqual([]);
});

test("of what ends, openings have their last day before the day comes, and the record of the department is closed last", () => {
  for (const kind of ["close", "merge"] as const) {
    expect(STAGES[kind].slice(0, 2)).toEqual(["openings", "day"]);
    expect(STAGES[kind].at(-1)).toBe("department");
  }
  expect(STAGES.rename).toEqual(["day", "name"]);
});
