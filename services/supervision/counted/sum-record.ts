import { Refusal } from "../../domain/refusal.ts";
import { type CountedCell, FLOWS, flowsOf, NO_VOLUMES, type VolumeFigures } from "../../domain/volumes.ts";
import type { WorkCalendar } from "../../domain/working-day.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { type MadeAnew, openMadeAnew } from "../facts/made-anew.ts";
import { countedCell } from "./counted-cell.ts";
import { type Cells, cellKey, type MonthDocument } from "./month-record.ts";

/** Volumes of one day, in the order of `FLOWS`. */
export type DayFlows = readonly number[];

/**
 * The sums of a month of a department, which a quarter of the whole province is told from: its days without what each number counts, and what
 * each counts without its days. Follows from the month, and lies beside it, since most of a month need not be read for either.
 */
export interface SumDocument extends Stored {
  owner: string;
  department: string;
  division: string;
  month: string;
  /** By day of the month, `01`. */
  flows: Readonly<Record<string, DayFlows>>;
  /** All days added up; of what was issued, only whether it was in time is told apart. */
  cells: Cells;
}

export const SUMS: CollectionSpec = {
  name: "supervision_sums",
  indexes: [
    { name: "owners", fields: ["owner", "month"] },
    { name: "departments", fields: ["department", "division", "month"] },
    { name: "divisions", fields: ["month", "division"] },
  ],
};

/** A day long before any other: what was decided then and issued since is late. */
const LATE = "1800-01-01";

/** A number as it is added to those of other days. */
export function withoutDay(cell: CountedCell): CountedCell {
  if (cell.action !== "issued") return cell;
  return { ...cell, reason: cell.late ? LATE : "" };
}

/** The sums of a month. */
export function sumsOf(
  { _id, owner, department, division, month, days }: MonthDocument,
  calendar: WorkCalendar,
): SumDocument {
  const flows: Record<string, DayFlows> = {};
  const cells: Record<string, number> = {};
  for (const [day, counted] of Object.entries(days)) {
    const volumes: VolumeFigures = { ...NO_VOLUMES };
    for (const [key, count] of Object.entries(counted)) {
      const cell = countedCell(key, `${month}-${day}`, count, calendar);
      for (const flow of flowsOf(cell)) volumes[flow] += count;
      const sum = cellKey(withoutDay(cell));
      cells[sum] = (cells[sum] ?? 0) + count;
    }
    flows[day] = FLOWS.map((flow) => volumes[flow]);
  }
  return { _id, revision: 1, owner, department, division, month, flows, cells };
}

/** Opens the sums. One that cannot be read is set aside (place `store`), and made anew with the next event of its department in that month. */
export function openSums(runtime: Pick<Runtime, "store" | "setAside">): Promise<MadeAnew<SumDocument>> {
  return openMadeAnew(runtime, SUMS, ({ owner, department, division, month, flows, cells }) => {
    const texts = [owner, department, division, month].every((text) => typeof text === "string");
    const lists = Object.values(flows ?? { none: [] }).every(
      (day) => Array.isArray(day) && day.length === FLOWS.length,
    );
    if (texts && flows && lists && Object.values(cells ?? { none: "" }).every(Number.isSafeInteger)) return;
    throw new Refusal("RECORD_UNREADABLE", "the sums of a month lack members or have wrong ones");
  });
}
