import type { CountedCell } from "../../domain/volumes.ts";
import { cellKey } from "../counted/month-record.ts";
import { withoutDay } from "../counted/sum-record.ts";

/** Numbers of a period, the days added up: few, however long the period is. */
export type CellSums = Map<string, CountedCell>;

/** Adds a number to those of a period. Of what was issued, only whether it was in time is told apart. */
export function addCell(sums: CellSums, cell: CountedCell): void {
  const one = withoutDay(cell);
  const key = cellKey(one);
  const sum = sums.get(key);
  if (sum) sum.count += cell.count;
  else sums.set(key, { ...one });
}
