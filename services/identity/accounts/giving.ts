import type { Actor } from "../../domain/actor.ts";
import { isWithin } from "../../domain/division.ts";
import { Refusal } from "../../domain/refusal.ts";
import { ROLES, type Role } from "../../domain/role.ts";
import { divisionOfNode } from "../../domain/sandbox.ts";

/** Who keeps the node, and who publishes kinds of certificates for everybody in it; at the province that is for all its cities. */
const WHOLE_NODE: ReadonlySet<Role> = new Set<Role>(["operator", "catalogAdministrator"]);

/**
 * Refuses (`PERMISSION_DENIED`) to touch an account that holds, or would hold, a role that is not the caller's to give. Who administers a
 * department gives its roles but that of its administrators, so that nobody lifts himself or a fellow above the department (5.8.3, 6.2.1.2);
 * a role that reaches the whole node is not given from a part of it. `roles`: those that it has and those that it shall have.
 */
export function requireGivable(caller: Actor, node: string, roles: readonly Role[]): void {
  const beyond = [...new Set(roles)].filter((role) => !mayGive(caller, node, role));
  if (beyond.length === 0) return;
  const names = beyond.map((role) => ROLES[role].chinese).join("、");
  const field = "account.roles";
  const description = `${names} are given by the management body, not by a department; those that reach the whole node by the node's own`;
  const remedy = "ask the management body, or leave the account to it";
  const localized = `角色${names}由电子证照管理机构授予，请向其申请`;
  throw new Refusal("PERMISSION_DENIED", `${field}: ${description}`, {
    fields: [{ field, description, remedy, localized }],
    metadata: { roles: beyond.join(" ") },
  });
}

function mayGive(caller: Actor, node: string, role: Role): boolean {
  if (caller.kind !== "staff") return true;
  const { level } = ROLES[role];
  if (level === "department" && role !== "departmentAdministrator") return true;
  if (!caller.roles.includes("administrator")) return false;
  return !WHOLE_NODE.has(role) || isWithin(divisionOfNode(node), caller.division);
}
