import { addDays, requireDateRange } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import type { UsesPart } from "./holder-uses.ts";

/** What a list of uses is asked for. */
interface AskedUses {
  /** Days of Asia/Shanghai, the last included; empty: without limit. */
  fromDay: string;
  toDay: string;
  /** `at`: the oldest first. */
  orderBy: string;
}

/** The part of a query that gives the uses of some days in an order. Throws `INVALID_FIELD` and `DATE_RANGE_INVALID` for days that are none. */
export function askedUses({ fromDay, toDay, orderBy }: AskedUses): Pick<UsesPart, "from" | "to" | "oldestFirst"> {
  requireDateRange({ from: fromDay || undefined, to: toDay || undefined, fromField: "from_day", toField: "to_day" });
  const days = { ...(fromDay && { from: startOf(fromDay) }), ...(toDay && { to: startOf(addDays(toDay, 1)) }) };
  return { ...days, oldestFirst: orderBy === "at" };
}

/** When a day of Asia/Shanghai begins, as uses write their time. */
function startOf(day: string): string {
  return new Date(instantOf(`${day}T00:00:00+08:00`)).toISOString();
}
