import { addDays, addMonths } from "./civil-date.ts";

const FORM = /^(\d{4})Q([1-4])$/;

/** First and last day of a quarter `2026Q4`; `undefined` where the text names none. */
export function quarterDays(quarter: string): { from: string; to: string } | undefined {
  const [, year, number] = FORM.exec(quarter) ?? [];
  if (year === undefined || year < "1949") return undefined;
  const from = `${year}-${String(Number(number) * 3 - 2).padStart(2, "0")}-01`;
  return { from, to: addDays(addMonths(from, 3), -1) };
}

/** The quarter of a day. */
export function quarterOf(day: string): string {
  return `${day.slice(0, 4)}Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
}
