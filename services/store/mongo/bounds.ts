import { MaxKey, MinKey } from "mongodb";
import type { Plan } from "../plan.ts";
import type { KeyValue } from "../port.ts";
import { indexFields } from "./indexes.ts";

type Bound = Record<string, KeyValue | MinKey | MaxKey>;

/**
 * The part of an index that a plan selects: `lower` inclusive, `upper` exclusive. Bounds on the index itself, unlike conditions on fields, seek
 * exactly behind a cursor, and keep a range of an array's field and the order of one and the same key together.
 */
export function boundsOf(plan: Plan): { lower: Bound; upper: Bound } {
  const { equals, from, to, after, descending } = plan;
  // A bound keeps to its own type: text follows all numbers, so "" parts the two.
  const least = from ?? (typeof to === "string" ? "" : new MinKey());
  const most = to ?? (typeof from === "number" ? "" : new MaxKey());
  const start = after !== undefined && !descending ? after : [least];
  const end = after !== undefined && descending ? after : [most];
  return {
    lower: bound(plan, [...equals, ...start], new MinKey()),
    upper: bound(plan, [...equals, ...end], end[0] instanceof MaxKey ? new MaxKey() : new MinKey()),
  };
}

function bound(plan: Plan, values: (KeyValue | MinKey | MaxKey)[], rest: MinKey | MaxKey): Bound {
  return Object.fromEntries(indexFields(plan.index).map((field, place) => [field, values[place] ?? rest]));
}
