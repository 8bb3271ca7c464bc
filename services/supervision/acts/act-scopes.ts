import { ancestorsOf, divisionPrefix } from "../../domain/division.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";

/** The scope that sees all acts of a node. */
export const WHOLE = "*";

/** By whom an act is seen: the whole node, each department that it concerns, and the divisions that these serve, as {@link divisionScopes} has them. */
export function actScopes(departments: readonly string[], divisions: readonly string[]): string[] {
  return [...new Set([WHOLE, ...departments.map(departmentScope), ...divisions])];
}

/**
 * The scopes of divisions and of all above, by what their codes begin with. The node's own division and those above see the whole node: nobody asks by
 * theirs, and each scope costs a row in every index.
 */
export function divisionScopes(divisions: readonly string[], node: string): string[] {
  const prefixes = divisions.flatMap((division) => [division, ...ancestorsOf(division)]).map(divisionPrefix);
  return [...new Set(prefixes)].filter((prefix) => !seesWhole(prefix, node));
}

/** The scope of a department. */
export function departmentScope(code: string): string {
  return `department/${code}`;
}

/** The scope of those who reach so far at a node: a body of the node's own division, or of one above, sees what services and operators did, too. */
export function scopeOf(reach: Reach, node: string): string {
  switch (reach.kind) {
    case "all":
      return WHOLE;
    case "department":
      return departmentScope(reach.department);
    case "division":
      return seesWhole(reach.prefix, node) ? WHOLE : reach.prefix;
    case "account":
      throw new Refusal("INTERNAL", "acts are seen by departments, not by accounts");
  }
}

function seesWhole(prefix: string, node: string): boolean {
  return divisionPrefix(node).startsWith(prefix);
}
