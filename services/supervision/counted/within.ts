import { divisionPrefix } from "../../domain/division.ts";
import type { Reach } from "../../domain/permit.ts";

/** Of whom figures are asked: one department, or all of a division. Empty texts: no further than reach says. */
export interface Asked {
  division: string;
  department: string;
}

/** Whose figures are told: one department's, or those of divisions whose codes begin so (empty: all), of one department where it is named. */
export interface Within {
  department?: string;
  prefix: string;
}

/** What was asked for, as far as it lies within a caller's reach; `undefined`: nothing does. */
export function within(reach: Reach, { division, department }: Asked): Within | undefined {
  const asked = division === "" ? "" : divisionPrefix(division);
  const named = department === "" ? {} : { department };
  switch (reach.kind) {
    case "all":
      return { ...named, prefix: asked };
    case "department":
      if (department !== "" && department !== reach.department) return undefined;
      return { department: reach.department, prefix: asked };
    case "division": {
      const [shorter, longer] = [reach.prefix, asked].sort((a, b) => a.length - b.length) as [string, string];
      return longer.startsWith(shorter) ? { ...named, prefix: longer } : undefined;
    }
    case "account":
      return undefined;
  }
}

/** The bounds of an index field that holds divisions. */
export function divisionBounds({ prefix }: Within): { from?: string; to?: string } {
  return prefix === "" ? {} : { from: prefix, to: `${prefix}:` };
}
