import { canonicalJson } from "../../domain/canonical.ts";
import { isCivilDate } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { WorkCalendar } from "../../domain/working-day.ts";
import type { Runtime } from "../../node/runtime.ts";
import { listOf } from "../../store/pages-of.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { type MadeAnew, openMadeAnew } from "../facts/made-anew.ts";
import { shippedHolidays, type YearHolidays } from "./holiday-file.ts";

/** The holidays of a year; `_id` is the year. */
export interface CalendarDocument extends Stored, YearHolidays {
  /** Who put it, as evidence names people. Empty: it was shipped. */
  putBy: string;
  /** Present until all that follows from it has been counted anew. */
  dirty?: 1;
}

export const CALENDARS: CollectionSpec = {
  name: "supervision_calendars",
  indexes: [
    { name: "years", fields: ["year"] },
    { name: "dirty", fields: ["dirty"] },
  ],
};

/** Years that are kept at most. */
const MAX_YEARS = 200;

/** Which days are worked, as far as decrees are known. */
export interface Calendars {
  /** By year. */
  years: MadeAnew<CalendarDocument>;
  read(): Promise<WorkCalendar>;
}

/** Opens the calendars with the years that are shipped; what people put stands before those. One that cannot be read is set aside (place `store`). */
export async function openCalendars(runtime: Pick<Runtime, "store" | "setAside">): Promise<Calendars> {
  const years = await openMadeAnew<CalendarDocument>(runtime, CALENDARS, check);
  for (const one of shippedHolidays())
    await years.make(String(one.year), async (old) => {
      if (old && (old.putBy !== "" || canonicalJson(saying(old)) === canonicalJson(saying(one)))) return old;
      return calendarOf(one, "");
    });
  return {
    years,
    async read() {
      const known = (await listOf(years, { index: "years" })).slice(-MAX_YEARS);
      return {
        years: new Set(known.map(({ year }) => String(year))),
        holidays: new Set(known.flatMap(({ holidays }) => holidays)),
        workingDays: new Set(known.flatMap(({ workingDays }) => workingDays)),
      };
    },
  };
}

/** The document of a year, all that follows from which is to be counted anew. */
export function calendarOf(year: YearHolidays, putBy: string): CalendarDocument {
  return { _id: String(year.year), revision: 1, ...saying(year), putBy, dirty: 1 };
}

function saying({ year, source, publishedOn, holidays, workingDays }: YearHolidays) {
  return { year, source, publishedOn, holidays: [...holidays], workingDays: [...workingDays] };
}

function check({ _id, year, source, publishedOn, holidays, workingDays, putBy }: CalendarDocument): void {
  const lists = [holidays, workingDays].every((days) => Array.isArray(days) && days.every(isCivilDate));
  const texts = [source, publishedOn, putBy].every((text) => typeof text === "string");
  if (lists && texts && Number.isSafeInteger(year) && _id === String(year)) return;
  throw new Refusal("RECORD_UNREADABLE", "the holidays of a year lack members or have wrong ones");
}
