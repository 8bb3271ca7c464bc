import type { CountedCell } from "../../domain/volumes.ts";
import { lastDayInTime, type WorkCalendar } from "../../domain/working-day.ts";
import { cellName } from "./month-record.ts";

/** What a number of a day counts; of what was issued, whether it was within the working day of its decision (6.4.5.2). */
export function countedCell(key: string, day: string, count: number, calendar: WorkCalendar): CountedCell {
  const name = cellName(key);
  const late = name.action === "issued" && name.reason !== "" && day > lastDayInTime(name.reason, calendar);
  return { ...name, day, count, ...(late && { late }) };
}
