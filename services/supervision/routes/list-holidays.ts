import type { CalendarService } from "../../../proto/gen/ecert/supervision/v1/calendar_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holidaysView } from "../calendar/calendar-view.ts";
import type { SupervisionContext } from "../context.ts";

const PAGE_SIZE = 50;

/** Lists the years whose holidays are known (6.4.5.2). */
export function listHolidays({ calendars }: SupervisionContext): Handlers<typeof CalendarService>["listHolidays"] {
  return async ({ pageSize, pageToken }) => {
    const page = { limit: pageSize || PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
    const { items, next = "" } = await calendars.years.query({ index: "years", ...page });
    return { years: items.map(holidaysView), nextPageToken: next };
  };
}
