import { addDays } from "./civil-date.ts";

/**
 * The last day on which a certificate is issued within the working day of its decision (6.4.5.2): that day itself, and for a decision on a
 * Saturday or Sunday the Monday behind it. Statutory holidays move from year to year by decree and are not known here.
 */
export function lastDayInTime(decided: string): string {
  const [year, month, day] = decided.split("-").map(Number) as [number, number, number];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return addDays(decided, weekday === 6 ? 2 : weekday === 0 ? 1 : 0);
}
