import type { CalendarDocument } from "./calendar-record.ts";

/** The holidays of a year as the contract has them. */
export function holidaysView({ year, source, publishedOn, holidays, workingDays }: CalendarDocument) {
  return { year, source, publishedOn, holidays: [...holidays], workingDays: [...workingDays] };
}
