import { describe, expect, test } from "vitest";
import type { StaffActor } from "./actor.ts";
import { isWithinReach, objectionTo, type Requirement, reachOf } from "./permit.ts";

const HOME = "440100";
const officer: StaffActor = {
  kind: "staff",
  node: HOME,
  account: "440100-zhang",
  name: "张三",
  department: "11440100007482807X",
  division: HOME,
  roles: ["maker"],
};
const required: Requirement = { kinds: ["staff"], scope: "", services: [], roles: ["maker"], reach: "department" };

describe("the decision whether a member of staff may do a thing (5.9.2)", () => {
  test("lets in who holds one of the roles, at its own node", () => {
    expect(objectionTo(officer, required, HOME)).toBeUndefined();
    expect(objectionTo({ ...officer, roles: ["auditor", "maker"] }, required, HOME)).toBeUndefined();
    expect(objectionTo({ ...officer, roles: ["auditor"] }, required, HOME)).toBe("role");
    expect(objectionTo({ ...officer, roles: [] }, required, HOME)).toBe("role");
    expect(objectionTo(officer, required, "440300")).toBe("node");
  });

  test("lets in any member of staff where no role is asked for, and nobody where nothing is declared", () => {
    expect(objectionTo({ ...officer, roles: [] }, { ...required, roles: [] }, HOME)).toBeUndefined();
    expect(objectionTo(officer, undefined, HOME)).toBe("undeclared");
    expect(objectionTo({ kind: "public" }, required, HOME)).toBe("unproven");
  });
});

describe("how far staff see (4.2, 6.2)", () => {
  test("roles of a department reach its own records", () => {
    expect(reachOf(officer, required)).toEqual({ kind: "department", department: officer.department });
  });

  test("roles of a management body reach its division and what is below; that of the node reaches all", () => {
    const both = { reach: "department", roles: ["maker", "supervisor", "operator"] } as const;
    expect(reachOf({ ...officer, roles: ["maker", "supervisor"] }, both)).toEqual({ kind: "division", prefix: "4401" });
    expect(reachOf({ ...officer, roles: ["operator"] }, both)).toEqual({ kind: "all" });
  });

  test("a role by which the method lets nobody in reaches nothing more", () => {
    const roles = ["maker", "supervisor"] as const;
    expect(reachOf({ ...officer, roles }, required)).toEqual({ kind: "department", department: officer.department });
  });

  test("what belongs to the account reaches that alone, whatever the roles", () => {
    const reach = reachOf({ ...officer, roles: ["operator"] }, { reach: "account", roles: [] });
    expect(reach).toEqual({ kind: "account", account: officer.account });
  });

  test.each([
    [{ kind: "all" }, true, true],
    [{ kind: "department", department: "d" }, true, false],
    [{ kind: "division", prefix: "4401" }, true, false],
    [{ kind: "account", account: "a" }, true, false],
  ] as const)("by %o a record lies within it or not", (reach, own, other) => {
    expect(isWithinReach(reach, { department: "d", division: "440106", account: "a" })).toBe(own);
    expect(isWithinReach(reach, { department: "e", division: "440300", account: "b" })).toBe(other);
  });

  test("what belongs to no account lies within the reach of none", () => {
    expect(isWithinReach({ kind: "account", account: "a" }, { department: "d", division: "440106" })).toBe(false);
  });
});
