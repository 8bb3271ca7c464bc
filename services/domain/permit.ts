import type { Actor, ActorKind, StaffActor } from "./actor.ts";
import { divisionPrefix } from "./division.ts";
import { ROLES, type Role, type RoleLevel } from "./role.ts";

/** What a contract asks of whoever calls one of its methods. */
export interface Requirement {
  /** Kinds that are let in; with `public`, everybody is. */
  kinds: readonly ActorKind[];
  /** Scope that an app's token must hold; empty: none. */
  scope: string;
  /** Services that are let in where kinds has `service` or `node`; empty: any. */
  services: readonly string[];
  /** Roles of which staff must hold one; empty: any member of staff is let in. */
  roles: readonly Role[];
  /** How far staff see by it; see {@link reachOf}. */
  reach: "all" | "department" | "account";
}

/** Why an actor is not let in: no requirement is declared, or the first of kind, scope, service, node and role that does not fit. */
export type Objection = "undeclared" | "unproven" | "kind" | "scope" | "service" | "node" | "role";

/**
 * Decides whether an actor may do a thing at a node; `undefined`: it may. Deny by default: what declares nothing is closed to everybody.
 * Agents, operators and staff are let in at home only, since certificates and accounts are good there alone.
 */
export function objectionTo(actor: Actor, required: Requirement | undefined, ownNode: string): Objection | undefined {
  if (!required) return "undeclared";
  if (required.kinds.includes("public")) return undefined;
  if (!required.kinds.includes(actor.kind)) return actor.kind === "public" ? "unproven" : "kind";
  switch (actor.kind) {
    case "app":
      return required.scope === "" || actor.scopes.includes(required.scope) ? undefined : "scope";
    case "service":
    case "node":
      return required.services.length === 0 || required.services.includes(actor.name) ? undefined : "service";
    case "agent":
    case "operator":
      return actor.node === ownNode ? undefined : "node";
    case "staff":
      if (actor.node !== ownNode) return "node";
      return required.roles.length === 0 || rolesFor(actor, required).length > 0 ? undefined : "role";
    default:
      return undefined;
  }
}

/** Which records an actor may meet by a method. */
export type Reach =
  | { kind: "all" }
  /** Those of one department. */
  | { kind: "department"; department: string }
  /** Those of departments that serve a division or one below it: codes that begin so. */
  | { kind: "division"; prefix: string }
  /** Those of one account. */
  | { kind: "account"; account: string };

/**
 * How far an actor sees by a method that lets it in; handlers put it into the query, and never filter afterwards. Roles of a department reach its own
 * records, those of a management body its division and what is below (4.2, 6.2), that of a node the whole node; of several that fit, the one
 * that reaches farthest counts. Apps and machines are bounded by what their methods ask for, holders by their own code.
 */
export function reachOf(actor: Actor, { reach, roles }: Pick<Requirement, "reach" | "roles">): Reach {
  if (actor.kind !== "staff" || reach === "all") return { kind: "all" };
  if (reach === "account") return { kind: "account", account: actor.account };
  const levels = new Set<RoleLevel>(rolesFor(actor, { roles }).map((role) => ROLES[role].level));
  if (levels.has("node")) return { kind: "all" };
  if (levels.has("management")) return { kind: "division", prefix: divisionPrefix(actor.division) };
  return { kind: "department", department: actor.department };
}

/** What a record belongs to, as far as reach goes by it. */
export interface Belonging {
  department: string;
  /** Division that the department serves. */
  division: string;
  /** Absent where records of the kind belong to no account. */
  account?: string;
}

/** Whether one record lies within reach: what a query over many is held to. */
export function isWithinReach(reach: Reach, { department, division, account }: Belonging): boolean {
  switch (reach.kind) {
    case "all":
      return true;
    case "department":
      return department === reach.department;
    case "division":
      return division.startsWith(reach.prefix);
    case "account":
      return account === reach.account;
  }
}

/** Roles of a member of staff by which a method lets it in. */
function rolesFor({ roles }: StaffActor, required: Pick<Requirement, "roles">): readonly Role[] {
  return required.roles.length === 0 ? roles : roles.filter((role) => required.roles.includes(role));
}
