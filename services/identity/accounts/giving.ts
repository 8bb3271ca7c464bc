import type { Actor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import { ROLES, type Role } from "../../domain/role.ts";

/**
 * Refuses (`PERMISSION_DENIED`) roles that are not the caller's to give: who administers a department gives its roles alone, so that nobody lifts
 * himself above it (6.2.1.2).
 */
export function requireGivable(caller: Actor, roles: readonly Role[]): void {
  if (caller.kind !== "staff" || caller.roles.includes("administrator")) return;
  const beyond = roles.filter((role) => ROLES[role].level !== "department");
  if (beyond.length === 0) return;
  const names = beyond.map((role) => ROLES[role].chinese).join("、");
  const message = `account.roles: ${names} are given by the management body, not by a department`;
  throw new Refusal("PERMISSION_DENIED", message, {
    metadata: { roles: beyond.join(" ") },
    localizedDetail: `角色${names}由电子证照管理机构授予，请向其申请`,
  });
}
