import { expect, test } from "vitest";
import type { StaffActor } from "./actor.ts";
import { OPENING_REQUEST, type OpeningRequestAction, type OpeningRequestState } from "./opening-procedure.ts";
import { takeStep } from "./procedure.ts";
import type { Role } from "./role.ts";

const person = (account: string, role: Role, department: string, division: string): StaffActor => ({
  ...{ kind: "staff", node: "440100", account, name: account, department, division, roles: [role] },
});
const PEOPLE = {
  asks: person("zhang", "catalogKeeper", "bureau", "440106"),
  judges: person("li", "implementer", "body", "440100"),
  elsewhere: person("wang", "implementer", "other", "440300"),
  neighbour: person("zhao", "departmentAdministrator", "other", "440106"),
};

function take(state: OpeningRequestState, action: OpeningRequestAction, who: keyof typeof PEOPLE, remark = "") {
  const one = { state, department: "bureau", division: "440106", steps: [] };
  return takeStep(OPENING_REQUEST, one, { action, person: PEOPLE[who], at: "2026-11-24T02:00:00Z", remark }).state;
}

test("6.4.5.1: the department asks, the body of its division confirms or sends back with a remark", () => {
  expect(take("draft", "submit", "asks")).toBe("submitted");
  expect(take("submitted", "confirm", "judges")).toBe("confirmed");
  expect(take("submitted", "return", "judges", "系统未测试")).toBe("returned");
  expect(take("returned", "submit", "asks")).toBe("submitted");
  expect(take("confirmed", "return", "judges", "印章已解绑")).toBe("returned");
});

test.each([
  ["submitted", "confirm", "asks", "PERMISSION_DENIED"],
  ["submitted", "confirm", "elsewhere", "PERMISSION_DENIED"],
  ["draft", "submit", "neighbour", "PERMISSION_DENIED"],
  ["draft", "confirm", "judges", "STEP_REFUSED"],
  ["done", "return", "judges", "STEP_REFUSED"],
  ["confirmed", "withdraw", "asks", "STEP_REFUSED"],
  ["submitted", "return", "judges", "INVALID_FIELD"],
] as const)("6.2.4.2: of what is %s, %s by who %s is refused: %s", (state, action, who, reason) => {
  expect(() => take(state, action, who)).toThrow(expect.objectContaining({ reason }));
});

test("6.2.4.2: who asks does not confirm, though he may do both", () => {
  const both = { ...PEOPLE.judges, department: "bureau", division: "440106", roles: ["catalogKeeper", "implementer"] };
  const at = "2026-11-24T02:00:00Z";
  const draft = { state: "draft", department: "bureau", division: "440106", steps: [] } as const;
  const { step } = takeStep(OPENING_REQUEST, draft, { action: "submit", person: both as StaffActor, at, remark: "" });
  const asked = { ...draft, state: "submitted" as const, steps: [step] };
  const own = () => takeStep(OPENING_REQUEST, asked, { action: "confirm", person: both as StaffActor, at, remark: "" });
  expect(own).toThrow(expect.objectContaining({ reason: "SAME_PERSON" }));
});
