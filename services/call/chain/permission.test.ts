import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { CallerKind, PermissionSchema } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import type { Refusal } from "../../domain/refusal.ts";
import type { Caller } from "./caller.ts";
import { checkPermission } from "./permission.ts";

const HOME = "440100";
const CALLERS: Record<string, Caller> = {
  public: { kind: "public" },
  app: { kind: "app", app: "a", department: "d", node: HOME, scopes: ["issue.make"] },
  holder: { kind: "holder", codeType: "111", code: "x", name: "y" },
  staff: { kind: "staff", node: HOME, name: "s" },
  service: { kind: "service", node: HOME, name: "sync" },
  node: { kind: "node", node: "440300", name: "sync" },
  agent: { kind: "agent", node: HOME, name: "a" },
  operator: { kind: "operator", node: HOME, name: "o" },
  "agent of another node": { kind: "agent", node: "440300", name: "a" },
  "operator of another node": { kind: "operator", node: "440300", name: "o" },
  "staff of another node": { kind: "staff", node: "440300", name: "s" },
};

function letIn(permission: Parameters<typeof create<typeof PermissionSchema>>[1] | undefined): string[] {
  return Object.keys(CALLERS).filter((name) => reasonOf(permission, name) === undefined);
}

function reasonOf(permission: Parameters<typeof create<typeof PermissionSchema>>[1] | undefined, name: string) {
  try {
    checkPermission("m", permission && create(PermissionSchema, permission), CALLERS[name] as Caller, HOME);
    return undefined;
  } catch (error) {
    return (error as Refusal).reason;
  }
}

describe("a permission", () => {
  test("that is missing lets nobody in", () => {
    expect(letIn(undefined)).toEqual([]);
    expect(reasonOf(undefined, "public")).toBe("PERMISSION_DENIED");
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
    expect(reasonOf(permission, "public")).toBe("TOKEN_MISSING");
    expect(reasonOf(permission, "holder")).toBe("PERMISSION_DENIED");
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
});
