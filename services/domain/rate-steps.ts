import { addDays } from "./civil-date.ts";
import { figuresOn, listedIn, type RateBasis, type RateFact, type RateFigures, SYNCHRONOUS_DAYS } from "./rates.ts";
import type { DayPeriod } from "./recorded.ts";

/** Figures from a day on, until the next step: day, listed, opened, synchronous, portal, usable. */
export type RateStep = readonly [string, number, number, number, number, number];

/**
 * The figures of a department on all days, as the steps in which they change: few, since they change on few days. Days to come are among them, so
 * that nothing has to be counted anew because a day has begun.
 */
export function rateSteps(basis: RateBasis): RateStep[] {
  const steps: RateStep[] = [];
  for (const day of daysOfChange(basis)) {
    const { listed, opened, synchronous, portal, usable } = figuresOn(basis, day);
    const step: RateStep = [day, listed, opened, synchronous, portal, usable];
    const last = steps.at(-1) ?? NOTHING;
    if (step.some((figure, index) => index > 0 && figure !== last[index])) steps.push(step);
  }
  return steps;
}

/** The figures of a day; all are 0 before the first step. */
export function figuresAt(steps: readonly RateStep[], day: string): RateFigures {
  const [, listed, opened, synchronous, portal, usable] = steps.findLast(([from]) => from <= day) ?? NOTHING;
  return { listed, opened, synchronous, portal, usable };
}

const NOTHING: RateStep = ["", 0, 0, 0, 0, 0];

/** Days on which something may change: where a version, a period or the 90 days of what was issued begin or end. */
function daysOfChange({ records, issued, closedOn }: RateBasis): string[] {
  const days = new Set<string>(closedOn === undefined ? [] : [closedOn]);
  for (const record of records)
    for (const { on, value } of record) {
      days.add(on);
      for (const { from, until = "" } of value ? periodsOf(value) : []) {
        if (from !== "") days.add(from);
        if (until !== "" && until < LAST_DAY) days.add(addDays(until, 1));
      }
    }
  for (const one of issued) {
    days.add(one.issued);
    days.add(addDays(one.issued, SYNCHRONOUS_DAYS));
  }
  return [...days].sort();
}

const LAST_DAY = "9999-12-31";

function periodsOf(fact: RateFact): readonly DayPeriod[] {
  if (fact.kind === "matter") return [...fact.portal, ...fact.usable];
  return fact.kind === "opened" ? [fact] : listedIn(fact);
}
