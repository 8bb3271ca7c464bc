import type { Period } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { addDays, requireDateRange } from "../../domain/civil-date.ts";
import { refuseField } from "../../domain/refusal.ts";

/** Days of a period, both inclusive. */
export interface Days {
  from: string;
  to: string;
}

/** Longest period that is asked for, days; by hour {@link HOUR_PERIOD}. */
export const LONGEST_PERIOD = 400;
/** Longest period that is told by hour, days. */
export const HOUR_PERIOD = 31;

/** The period that was asked for. Throws `INVALID_FIELD` for days that are none and more of them than `most`, `DATE_RANGE_INVALID`. */
export function askedPeriod({ from, to }: Pick<Period, "from" | "to">, most = LONGEST_PERIOD): Days {
  requireDateRange({ from, to, fromField: "period.from", toField: "period.to" });
  if (to < addDays(from, most)) return { from, to };
  const description = `is more than ${most} days behind period.from`;
  const localized = `期间不得超过${most}天`;
  throw refuseField("INVALID_FIELD", "period.to", description, `ask for ${most} days at most`, localized);
}

/** Months of a period, `yyyy-MM`. */
export function monthsOf({ from, to }: Days): string[] {
  const months: string[] = [];
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); month = addDays(`${month}-28`, 4).slice(0, 7))
    months.push(month);
  return months;
}
