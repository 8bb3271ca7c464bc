import { addDays } from "./civil-date.ts";

/** Which days are worked: each year the State Council's office (国务院办公厅) decrees holidays, and weekends that are worked for them. */
export interface WorkCalendar {
  /** Years whose decree is known, `2026`. Of others weekends alone are not worked. */
  years: ReadonlySet<string>;
  /** Days of holidays, whatever day of the week they are. */
  holidays: ReadonlySet<string>;
  /** Saturdays and Sundays that are worked (调休上班). */
  workingDays: ReadonlySet<string>;
}

/** The calendar that knows no decree. */
export const WEEKENDS_ALONE: WorkCalendar = { years: new Set(), holidays: new Set(), workingDays: new Set() };

/** Whether a day is worked. */
export function isWorkingDay(day: string, { holidays, workingDays }: WorkCalendar): boolean {
  return workingDays.has(day) || (!isWeekend(day) && !holidays.has(day));
}

/** Whether a day is a Saturday or Sunday. */
export function isWeekend(day: string): boolean {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const weekday = new Date(Date.UTC(year, month - 1, date)).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** Days that are not worked one behind the other, at most: longer than any holiday, so that no calendar makes a search without end. */
const LONGEST_REST = 31;

/** The last day on which a certificate is issued within the working day of its decision (6.4.5.2): that day itself, else the first one behind it that is worked. */
export function lastDayInTime(decided: string, calendar: WorkCalendar): string {
  let day = decided;
  for (let rest = 0; rest < LONGEST_REST && !isWorkingDay(day, calendar); rest++) day = addDays(day, 1);
  return day;
}

/** Years of a period whose decree is not known: holidays count as working days there. */
export function yearsWithout({ years }: WorkCalendar, from: string, to: string): number[] {
  const found: number[] = [];
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++)
    if (!years.has(String(year))) found.push(year);
  return found;
}
