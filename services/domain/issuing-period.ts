import { addDays } from "./civil-date.ts";
import { Refusal, refuseField } from "./refusal.ts";

/** A time in which a department issues an item at a node (5.6.2, 5.1.3). */
export interface IssuingPeriod {
  /** Node that issues. */
  node: string;
  /** First day, `yyyy-MM-dd`. */
  since: string;
  /** Last day, `yyyy-MM-dd`; absent where no end is set yet. */
  until?: string;
  /** It also serves the departments below, at the same node. */
  forUnits: boolean;
}

/** Periods of one department and item: many more than reforms of a lifetime, and their document stays small. */
export const MAX_ISSUING_PERIODS = 100;

const LAST_DAY = "9999-12-31";

/**
 * The periods of one department and item, oldest first and never overlapping, once another is put. It takes the place of what was said
 * for its days; one that runs when it begins ends on the day before. What was said of days before `today` stays: whoever would change
 * it is refused (`INVALID_FIELD`), naming the field of the day. `since` and `until` must be days of the calendar, in order.
 */
export function withPeriod(
  periods: readonly IssuingPeriod[],
  put: IssuingPeriod,
  today: string,
): readonly IssuingPeriod[] {
  const kept = periods.flatMap((period) => outside(period, put));
  const next = joined([...kept, put].sort((a, b) => (a.since < b.since ? -1 : 1)));
  const yesterday = addDays(today, -1);
  const changed = periods.some((period) => period.since <= yesterday && !tells(next, period, yesterday));
  if (changed) {
    const field = put.since < today ? "right.since" : "right.until";
    const remedy = `give a day from ${today} on: what was said of days that are over stays`;
    throw refuseField(
      "INVALID_FIELD",
      field,
      "changes who issued on days that are over",
      remedy,
      `改动了已过日期的颁发机构，请填写${today}或以后的日期`,
    );
  }
  if (next.length > MAX_ISSUING_PERIODS) {
    throw new Refusal("TOO_LARGE", `more than ${MAX_ISSUING_PERIODS} periods of one department and item`);
  }
  return next;
}

/** What is left of a period beside another: what ran before it ends, what begins in it falls away, or begins behind it. */
function outside(period: IssuingPeriod, put: IssuingPeriod): IssuingPeriod[] {
  const last = lastDay(period);
  if (last < put.since || period.since > lastDay(put)) return [period];
  if (period.since < put.since) return [{ ...period, until: addDays(put.since, -1) }];
  return put.until !== undefined && period.since > put.since && last > put.until
    ? [{ ...period, since: addDays(put.until, 1) }]
    : [];
}

/** Periods that say the same of days that follow each other, as one. */
function joined(periods: readonly IssuingPeriod[]): IssuingPeriod[] {
  const found: IssuingPeriod[] = [];
  for (const period of periods) {
    const before = found.at(-1);
    if (before?.until !== undefined && same(before, period) && addDays(before.until, 1) === period.since) {
      const { until: _ended, ...rest } = before;
      found[found.length - 1] = { ...rest, ...(period.until !== undefined && { until: period.until }) };
    } else {
      found.push(period);
    }
  }
  return found;
}

/** Whether periods still say of each day of a period, up to `last`, what it says. */
function tells(periods: readonly IssuingPeriod[], period: IssuingPeriod, last: string): boolean {
  const end = lastDay(period) < last ? lastDay(period) : last;
  const now = periods.find((one) => one.since <= period.since && period.since <= lastDay(one));
  return now !== undefined && same(now, period) && lastDay(now) >= end;
}

function same(a: IssuingPeriod, b: IssuingPeriod): boolean {
  return a.node === b.node && a.forUnits === b.forUnits;
}

function lastDay({ until }: IssuingPeriod): string {
  return until ?? LAST_DAY;
}
