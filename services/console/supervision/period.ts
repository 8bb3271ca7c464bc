import { addDays, daysBetween, isCivilDate } from "../../domain/civil-date.ts";

/** Days that are shown where the address names none. */
const DAYS = 30;
/** Points of a trend: each of them is a call. */
const POINTS = 8;

/** Days, both inclusive. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** The period that an address names, as far as it names days that are some; else the last thirty days up to its end. */
export function periodOf(from: string, to: string, today: string): Days {
  const end = isCivilDate(to) ? to : today;
  return { from: isCivilDate(from) ? from : addDays(end, 1 - DAYS), to: end };
}

/** Days at which a trend is asked for, the last one always among them: eight at most, as evenly as days allow. */
export function trendDays({ from, to }: Days): string[] {
  const length = daysBetween(from, to);
  if (length <= 0) return [to];
  const steps = Math.min(POINTS - 1, length);
  return Array.from({ length: steps + 1 }, (_, step) => addDays(to, -Math.round(((steps - step) * length) / steps)));
}

/** Every day of a period, for a chart whose days without anything stand at zero. */
export function eachDay({ from, to }: Days): string[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, index) => addDays(from, index));
}
