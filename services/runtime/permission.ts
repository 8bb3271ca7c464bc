import { type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import { CallerKind, type Permission, permission } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Caller } from "./caller.ts";

const KIND: Record<Caller["kind"], CallerKind> = {
  public: CallerKind.PUBLIC,
  app: CallerKind.APP,
  holder: CallerKind.HOLDER,
  staff: CallerKind.STAFF,
  service: CallerKind.SERVICE,
  node: CallerKind.NODE,
  agent: CallerKind.AGENT,
  operator: CallerKind.OPERATOR,
};

/** The permission that a method declares in its contract, if any. */
export function permissionOf(method: DescMethod): Permission | undefined {
  return hasOption(method, permission) ? getOption(method, permission) : undefined;
}

/**
 * Lets a caller in or refuses it. A method without a permission is closed to everybody. Who has shown no proof gets
 * `TOKEN_MISSING` (a token may help), everybody else `PERMISSION_DENIED`. Agents, operators and staff of another node are
 * refused: their certificates are good at home only.
 */
export function checkPermission(
  method: string,
  required: Permission | undefined,
  caller: Caller,
  ownNode: string,
): void {
  if (required?.callers.includes(CallerKind.PUBLIC)) return;
  if (!required?.callers.includes(KIND[caller.kind])) {
    if (caller.kind === "public" && required) {
      throw new Refusal("TOKEN_MISSING", `${method} needs a caller that proves who it is: send an access token`);
    }
    throw denied(method, caller, "this kind of caller is not let in");
  }
  switch (caller.kind) {
    case "app":
      if (required.scope !== "" && !caller.scopes.includes(required.scope)) {
        throw denied(method, caller, `the token lacks the scope ${required.scope}`, { scope: required.scope });
      }
      return;
    case "service":
    case "node":
      if (required.services.length > 0 && !required.services.includes(caller.name)) {
        throw denied(method, caller, `only ${required.services.join(", ")} may call it`);
      }
      return;
    case "agent":
    case "operator":
    case "staff":
      if (caller.node !== ownNode) throw denied(method, caller, "the caller belongs to another node");
      return;
  }
}

function denied(method: string, caller: Caller, why: string, metadata: Record<string, string> = {}): Refusal {
  return new Refusal("PERMISSION_DENIED", `${method}: ${why}`, {
    metadata: { method, caller: caller.kind, ...metadata },
  });
}
