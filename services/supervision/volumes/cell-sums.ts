import { type CountedCell, flowsOf } from "../../domain/volumes.ts";
import { cellKey } from "../counted/month-record.ts";

/** Numbers of a period, the days added up: few, however long the period is. */
export type CellSums = Map<string, CountedCell>;

/** A day long before any other: what was decided then and issued since is late. */
const LATE = "1800-01-01";

/** Adds a number to those of a period. Of what was issued, only whether it was in time is told apart. */
export function addCell(sums: CellSums, cell: CountedCell): void {
  const isIssued = cell.action === "issued";
  const reason = isIssued ? (flowsOf(cell).includes("issuedInTime") ? "" : LATE) : cell.reason;
  const key = cellKey({ ...cell, reason });
  const sum = sums.get(key);
  if (sum) sum.count += cell.count;
  else sums.set(key, { ...cell, reason });
}
