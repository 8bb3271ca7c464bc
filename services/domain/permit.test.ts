import { describe, expect, test } from "vitest";
import type { StaffActor } from "./actor.ts";
import { divisionPrefix, objectionTo, type Requirement, reachOf } from "./permit.ts";

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
    ["440000", "44"],
    ["440100", "4401"],
    ["440106", "440106"],
    ["440106001", "440106001"],
    ["440106001000", "440106001"],
    ["440110", "440110"],
  ])("%s and what is below begin with %s", (division, prefix) => {
    expect(divisionPrefix(division)).toBe(prefix);
  });
});
