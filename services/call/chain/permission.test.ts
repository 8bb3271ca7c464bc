import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { CallerKind, PermissionSchema, Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { checkPermission, requirementOf } from "./permission.ts";

const HOME = "440100";
const STAFF = { account: "s", name: "王五", department: "d", division: HOME, roles: ["maker"] } as const;
const CALLERS: Record<string, Actor> = {
  public: { kind: "public" },
  app: { kind: "app", app: "a", department: "d", node: HOME, scopes: ["issue.make"] },
  holder: { kind: "holder", codeType: "111", code: "x", name: "y", provider: "https://idp" },
  staff: { kind: "staff", node: HOME, ...STAFF },
  service: { kind: "service", node: HOME, name: "sync" },
  node: { kind: "node", node: "440300", name: "sync" },
  agent: { kind: "agent", node: HOME, name: "a" },
  operator: { kind: "operator", node: HOME, name: "o" },
  "agent of another node": { kind: "agent", node: "440300", name: "a" },
  "operator of another node": { kind: "operator", node: "440300", name: "o" },
  "staff of another node": { kind: "staff", node: "440300", ...STAFF },
};
type Declared = Parameters<typeof create<typeof PermissionSchema>>[1] | undefined;

function letIn(permission: Declared): string[] {
  return Object.keys(CALLERS).filter((name) => refusalOf(permission, name) === undefined);
}

function refusalOf(permission: Declared, name: string): Refusal | undefined {
  const required = requirementOf(permission && create(PermissionSchema, permission));
  try {
    checkPermission("m", required, CALLERS[name] as Actor, HOME);
    return undefined;
  } catch (error) {
    return error as Refusal;
  }
}

describe("a permission", () => {
  test("that is missing lets nobody in", () => {
    expect(letIn(undefined)).toEqual([]);
    expect(refusalOf(undefined, "public")?.reason).toBe("PERMISSION_DENIED");
  });

  test("for the public lets everybody in", () => {
    expect(letIn({ callers: [CallerKind.PUBLIC, CallerKind.APP] })).toEqual(Object.keys(CALLERS));
  });

  test.each(["app", "holder", "staff", "service", "node", "agent", "operator"] as const)(
    "for %s lets in that kind alone",
    (kind) => {
      expect(letIn({ callers: [CallerKind[kind.toUpperCase() as "APP"]] })).toEqual([kind]);
    },
  );

  test("asks who has no proof for a token, and refuses everybody else", () => {
    const permission = { callers: [CallerKind.APP] };
    expect(refusalOf(permission, "public")?.reason).toBe("TOKEN_MISSING");
    expect(refusalOf(permission, "holder")?.reason).toBe("PERMISSION_DENIED");
  });

  test("with a scope lets in tokens that hold it", () => {
    expect(letIn({ callers: [CallerKind.APP], scope: "issue.make" })).toEqual(["app"]);
    expect(letIn({ callers: [CallerKind.APP], scope: "issue" })).toEqual([]);
  });

  test("with names lets in those services, of this node or of others as the kinds say", () => {
    const callers = [CallerKind.SERVICE, CallerKind.NODE];
    expect(letIn({ callers, services: ["sync"] })).toEqual(["service", "node"]);
    expect(letIn({ callers, services: ["usage"] })).toEqual([]);
  });

  test("with roles lets in staff who hold one of them, and tells others whom to ask (5.9.2)", () => {
    const callers = [CallerKind.STAFF];
    expect(letIn({ callers, roles: [Role.MAKER, Role.SIGNER] })).toEqual(["staff"]);
    const refusal = refusalOf({ callers, roles: [Role.SIGNER, Role.AUDITOR] }, "staff");
    expect(refusal?.reason).toBe("PERMISSION_DENIED");
    expect(refusal?.metadata.roles).toBe("signer auditor");
    expect(refusal?.localized).toMatch(/：该功能需要角色核验签发、审计之一，请联系本部门管理员授予$/);
  });
});
