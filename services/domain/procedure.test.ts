import { expect, test } from "vitest";
import type { StaffActor } from "./actor.ts";
import { type Case, MAX_STEPS, type Procedure, statesFor, stepsFor, takeStep } from "./procedure.ts";
import { Refusal } from "./refusal.ts";
import type { Role } from "./role.ts";

type State = "draft" | "submitted" | "reviewed" | "published";
type Action = "draft" | "submit" | "return" | "review" | "publish";

const REGISTRATION: Procedure<State, Action> = {
  chinese: "目录登记",
  states: { draft: "草稿", submitted: "已提交", reviewed: "已初审", published: "已发布" },
  actions: { draft: "起草", submit: "提交", return: "退回", review: "初审", publish: "发布" },
  steps: [
    { action: "draft", from: ["draft"], to: "draft", side: "department", roles: ["catalogKeeper"], unlike: [] },
    { action: "submit", from: ["draft"], to: "submitted", side: "department", roles: ["catalogKeeper"], unlike: [] },
    {
      action: "return",
      from: ["submitted"],
      to: "draft",
      side: "body",
      roles: ["implementer"],
      unlike: [],
      needsRemark: true,
    },
    { action: "review", from: ["submitted"], to: "reviewed", side: "body", roles: ["implementer"], unlike: ["submit"] },
    {
      action: "publish",
      from: ["reviewed"],
      to: "published",
      side: "top",
      roles: ["catalogAdministrator"],
      unlike: ["submit", "review"],
    },
  ],
};

const DEPARTMENT = "114401000000990003";
const person = (account: string, roles: Role[], where: Partial<StaffActor> = {}): StaffActor => ({
  kind: "staff",
  node: "440100",
  account,
  name: account,
  department: DEPARTMENT,
  division: "440106",
  roles,
  ...where,
});
const KEEPER = person("keeper", ["catalogKeeper"]);
const COUNTY = person("county", ["implementer"], { department: "114401060000990001", division: "440106" });
const CITY = person("city", ["implementer"], { department: "114401000000990001", division: "440100" });
const PROVINCE = person("province", ["catalogAdministrator"], { department: "114400000000990001", division: "440000" });

function begun(): Case<State, Action> {
  return { state: "draft", department: DEPARTMENT, division: "440106", steps: [] };
}

function taken(one: Case<State, Action>, action: Action, by: StaffActor, remark = "同意"): Case<State, Action> {
  const { state, step } = takeStep(REGISTRATION, one, { action, person: by, at: "2026-11-30T01:00:00.000Z", remark });
  return { ...one, state, steps: [...one.steps, step] };
}

function reasonOf(run: () => unknown): string {
  try {
    run();
    return "";
  } catch (error) {
    return error instanceof Refusal ? error.reason : String(error);
  }
}

test("4.3.4 each step is kept with who took it, for whom, when and with which remark", () => {
  const one = taken(taken(begun(), "submit", KEEPER, "请审核"), "review", COUNTY);
  expect(one.state).toBe("reviewed");
  expect(one.steps[0]).toEqual({
    action: "submit",
    account: "keeper",
    name: "keeper",
    department: DEPARTMENT,
    division: "440106",
    at: "2026-11-30T01:00:00.000Z",
    remark: "请审核",
  });
});

test("4.2 the body of the division and the ones above take the body's steps, one beside it none, and only the province the province's", () => {
  const submitted = taken(begun(), "submit", KEEPER);
  expect(taken(submitted, "review", CITY).state).toBe("reviewed");
  const beside = { ...CITY, account: "beside", division: "440300" };
  expect(reasonOf(() => taken(submitted, "review", beside))).toBe("PERMISSION_DENIED");
  const reviewed = taken(submitted, "review", COUNTY);
  expect(taken(reviewed, "publish", PROVINCE).state).toBe("published");
  const cityCatalog = { ...CITY, roles: ["catalogAdministrator"] as const };
  expect(reasonOf(() => taken(reviewed, "publish", cityCatalog))).toBe("PERMISSION_DENIED");
});

test("a step in the wrong order is refused with what can be done", () => {
  expect(() => taken(begun(), "review", COUNTY)).toThrow(/cannot review what is draft; it can be: draft, submit/);
  expect(reasonOf(() => taken(begun(), "review", COUNTY))).toBe("STEP_REFUSED");
});

test("a department's own case is not another department's, and a department's role does nothing for a body", () => {
  expect(reasonOf(() => taken(begun(), "submit", { ...KEEPER, department: "114401000000990016" }))).toBe(
    "PERMISSION_DENIED",
  );
  const submitted = taken(begun(), "submit", KEEPER);
  expect(reasonOf(() => taken(submitted, "review", KEEPER))).toBe("PERMISSION_DENIED");
});

test("nobody approves what he has done himself, also where he holds the roles of both sides", () => {
  const both = { ...KEEPER, roles: ["catalogKeeper", "implementer"] as const };
  const submitted = taken(begun(), "submit", both);
  expect(reasonOf(() => taken(submitted, "review", both))).toBe("SAME_PERSON");
  const returned = taken(taken(begun(), "submit", both), "return", COUNTY, "缺少样证");
  expect(reasonOf(() => taken(taken(returned, "submit", KEEPER), "review", both))).toBe("SAME_PERSON");
});

test("nobody sends a case back without a word", () => {
  const submitted = taken(begun(), "submit", KEEPER);
  expect(reasonOf(() => taken(submitted, "return", COUNTY, ""))).toBe("INVALID_FIELD");
  expect(taken(submitted, "return", COUNTY, "缺少样证").state).toBe("draft");
});

test("a case that went to and fro for 200 steps is begun anew", () => {
  let one = begun();
  for (let step = 0; step < MAX_STEPS; step++) one = taken(one, "draft", KEEPER, "");
  expect(reasonOf(() => taken(one, "draft", KEEPER, ""))).toBe("STEP_REFUSED");
});

test("what waits for a person are the steps that he would not be refused", () => {
  const submitted = taken(begun(), "submit", KEEPER);
  expect(stepsFor(REGISTRATION, submitted, COUNTY)).toEqual(["return", "review"]);
  expect(stepsFor(REGISTRATION, submitted, KEEPER)).toEqual([]);
  expect(statesFor(REGISTRATION, COUNTY)).toEqual(["submitted"]);
});
