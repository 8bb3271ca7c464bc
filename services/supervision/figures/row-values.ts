import { needsVolumes } from "../../domain/indicator.ts";
import type { SupervisionContext } from "../context.ts";
import type { Within } from "../counted/within.ts";
import { ownerOf } from "../facts/fact-record.ts";
import { indicatorsOf, valuesOf } from "../indicators/indicator-values.ts";
import { addCell, type CellSums } from "../volumes/cell-sums.ts";
import { countedCells, ownCells } from "../volumes/counted-cells.ts";
import type { Days } from "../volumes/period.ts";
import { type FigureRow, toldDivisions } from "./division-sums.ts";

type Valued = [FigureRow, { id: string; value?: number }[]];

/** Rows with the values of the node's indicators (4.7.4) over a period. What was counted is read only where one of them needs it. */
export async function withValues(
  context: SupervisionContext,
  within: Within,
  rows: readonly FigureRow[],
  period: Days,
): Promise<Valued[]> {
  const indicators = await indicatorsOf(context);
  const read = indicators.some(({ indicator }) => needsVolumes(indicator));
  const byRow = read ? await cellsOf(context, within, rows, period) : new Map<FigureRow, CellSums>();
  return rows.map((row) => {
    const cells = [...(byRow.get(row)?.values() ?? [])];
    return [row, valuesOf(indicators, { figures: row.figures, cells })];
  });
}

async function cellsOf(
  context: SupervisionContext,
  within: Within,
  rows: readonly FigureRow[],
  period: Days,
): Promise<Map<FigureRow, CellSums>> {
  const sums = new Map(rows.map((row): [FigureRow, CellSums] => [row, new Map()]));
  for (const row of rows.filter(({ department }) => department !== ""))
    for await (const cell of ownCells(context, ownerOf(row.nodes[0] ?? "", row.department), period))
      addCell(sums.get(row) as CellSums, cell);
  const divisions = new Map(rows.filter(({ department }) => department === "").map((row) => [row.division, row]));
  if (divisions.size > 0)
    for await (const cell of countedCells(context, within, period))
      for (const { code } of toldDivisions(cell.division)) {
        const row = divisions.get(code);
        if (row) addCell(sums.get(row) as CellSums, cell);
      }
  return sums;
}
