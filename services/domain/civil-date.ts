import { Refusal } from "./refusal.ts";

/*
 * Civil dates are texts `yyyy-MM-dd` of the issuer's calendar. As texts they sort by time, so `<` compares them.
 */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const LAST_DATE = "9999-12-31";
const DAY_MS = 86_400_000;
/** China has kept UTC+8 without summer time since 1991; this platform uses it for all times that it writes. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** Tells whether a text is a real date `yyyy-MM-dd` from 1800 to 9999. */
export function isCivilDate(text: string): boolean {
  const match = DATE.exec(text);
  if (match === null) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  return year >= 1800 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

/** The date a number of days later, or earlier where it is negative. `date` must be a civil date. */
export function addDays(date: string, days: number): string {
  const { year, month, day } = partsOf(date);
  return new Date(Date.UTC(year, month - 1, day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days from one date to another; negative where that is earlier. Both must be civil dates. */
export function daysBetween(from: string, to: string): number {
  const [a, b] = [partsOf(from), partsOf(to)];
  return (Date.UTC(b.year, b.month - 1, b.day) - Date.UTC(a.year, a.month - 1, a.day)) / DAY_MS;
}

/**
 * The date a number of months later; where that month has no such day, its last day (31 January + 1 month = 28 February).
 * The calendar ends on 9999-12-31, which people write for "without limit".
 */
export function addMonths(date: string, months: number): string {
  const { year, month, day } = partsOf(date);
  const count = year * 12 + (month - 1) + months;
  const targetYear = Math.floor(count / 12);
  const targetMonth = (count % 12) + 1;
  if (targetYear > 9999) return LAST_DATE;
  return write(targetYear, targetMonth, Math.min(day, daysIn(targetYear, targetMonth)));
}

/** The date a number of years later; 29 February becomes 28 February where the year has none. */
export function addYears(date: string, years: number): string {
  return addMonths(date, years * 12);
}

/**
 * The last day of a period of so many months that begins on `from`, inclusive: the day before the same day of the month,
 * and the end of the month where that day does not exist (five years from 2024-03-15 end on 2029-03-14).
 */
export function lastDayOfPeriod(from: string, months: number): string {
  const same = addMonths(from, months);
  return partsOf(same).day === partsOf(from).day ? addDays(same, -1) : same;
}

/** Whether a validity was over before a day. One without a last day (长期; absent or empty) is never over; without a `day` none is. */
export function endedBefore(day: string, lastDay: string | undefined): boolean {
  return day !== "" && lastDay !== undefined && lastDay !== "" && lastDay < day;
}

/** The civil day of an instant in Asia/Shanghai. */
export function shanghaiDay(instant: Date): string {
  return shifted(instant).slice(0, 10);
}

/** An instant as `yyyy-MM-ddTHH:mm:ss+08:00`; fractions of a second are cut off. */
export function formatShanghaiTime(instant: Date): string {
  return `${shifted(instant).slice(0, 19)}+08:00`;
}

/**
 * Holds that both ends are real dates (`INVALID_FIELD`) and in order (`DATE_RANGE_INVALID`); a range of one day is good.
 * Absent ends are open. `toField` names the field that is blamed for a range that is turned round.
 */
export function requireDateRange(range: {
  from: string | undefined;
  to: string | undefined;
  fromField: string;
  toField: string;
}): void {
  const { from, to, fromField, toField } = range;
  if (from !== undefined) requireCivilDate(from, fromField);
  if (to !== undefined) requireCivilDate(to, toField);
  if (from === undefined || to === undefined || from <= to) return;
  const description = `${to} lies before ${from} (${fromField})`;
  throw new Refusal("DATE_RANGE_INVALID", `${toField}: ${description}`, {
    fields: [
      {
        field: toField,
        description,
        remedy: "exchange the two dates or correct the wrong one",
        localized: `${to}早于${from}，请对调或更正`,
      },
    ],
    metadata: { from, to },
  });
}

/** Holds that a text is a real date; throws `INVALID_FIELD` otherwise. */
export function requireCivilDate(text: string, field: string): void {
  if (isCivilDate(text)) return;
  const description = "not a date of the calendar";
  throw new Refusal("INVALID_FIELD", `${field}: ${description}`, {
    fields: [
      {
        field,
        description,
        remedy: "write a day that exists as yyyy-MM-dd, for example 2026-01-31",
        localized: "日期不存在，应为yyyy-MM-dd，例如2026-01-31",
      },
    ],
  });
}

function shifted(instant: Date): string {
  return new Date(instant.getTime() + SHANGHAI_OFFSET_MS).toISOString();
}

function partsOf(date: string): { year: number; month: number; day: number } {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  return { year, month, day };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function write(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** The later of two days. */
export function later(a: string, b: string): string {
  return a < b ? b : a;
}
