import type { CalendarService, Holidays } from "../../../proto/gen/ecert/supervision/v1/calendar_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import { calendarOf } from "../calendar/calendar-record.ts";
import { holidaysView } from "../calendar/calendar-view.ts";
import { requireYear } from "../calendar/holiday-file.ts";
import type { SupervisionContext } from "../context.ts";
import { requireNodeWide } from "../inspections/node-wide.ts";

/** 6.4.5.2: puts the holidays of a year, and has everything that follows from them counted anew. */
export function putHolidays(context: SupervisionContext): Handlers<typeof CalendarService>["putHolidays"] {
  const { calendars, runtime, bell } = context;
  return async ({ holidays: sent }, { caller, reach }) => {
    requireNodeWide(reach, runtime);
    const { year, source, publishedOn, holidays, workingDays } = sent as Holidays;
    const said = { year, source, publishedOn, holidays, workingDays };
    requireYear(said);
    const by = callerName(caller);
    const stored = await calendars.years.make(String(year), async (old) => {
      if (old && canonicalJson({ ...holidaysView(old) }) === canonicalJson({ ...said })) return old;
      await runtime.evidence.append("holidays-put", { ...said, by });
      return calendarOf(said, by);
    });
    bell.ring();
    return { holidays: holidaysView(stored) };
  };
}
