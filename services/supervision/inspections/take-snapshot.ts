import { addDays } from "../../domain/civil-date.ts";
import { figuresAt } from "../../domain/rate-steps.ts";
import { SYNCHRONOUS_DAYS } from "../../domain/rates.ts";
import { addTo, NO_VOLUMES, type VolumeFigures } from "../../domain/volumes.ts";
import { yearsWithout } from "../../domain/working-day.ts";
import type { SupervisionContext } from "../context.ts";
import { within } from "../counted/within.ts";
import { ownerOf } from "../facts/fact-record.ts";
import { createDivisionSums, type FigureRow, TOLD_LEVELS, toldDivisions } from "../figures/division-sums.ts";
import { ratesWithin, rowOf } from "../figures/rate-rows.ts";
import { indicatorsOf, valuesOf } from "../indicators/indicator-values.ts";
import { addCell, type CellSums } from "../volumes/cell-sums.ts";
import { periodCells } from "../volumes/month-sums.ts";
import type { Snapshot, SnapshotRow } from "./snapshot.ts";

/** Whose quarter is frozen, by whom and when. */
export type SnapshotFrame = Pick<Snapshot, "division" | "quarter" | "from" | "to" | "frozenAt" | "frozenBy">;

/** What was counted of a row. */
interface Tally {
  volumes: VolumeFigures;
  cells: CellSums;
}

/** Takes the figures of a quarter for a division and all below as they are known now. */
export async function takeSnapshot(context: SupervisionContext, frame: SnapshotFrame): Promise<Snapshot> {
  const { division, from, to } = frame;
  const bounds = within({ kind: "all" }, { division, department: "" }) ?? { prefix: "" };
  const sums = createDivisionSums();
  const departments: FigureRow[] = [];
  for await (const document of ratesWithin(context, bounds)) {
    sums.add(document, figuresAt(document.steps, to));
    departments.push(rowOf(document, to));
  }
  const tallies = new Map<string, Tally>();
  for await (const cell of periodCells(context, bounds, { from, to }))
    for (const key of [cell.owner, ...toldDivisions(cell.division).map(({ code }) => code)]) {
      const tally = tallies.get(key) ?? { volumes: { ...NO_VOLUMES }, cells: new Map() };
      tallies.set(key, tally);
      addTo(tally.volumes, cell);
      addCell(tally.cells, cell);
    }
  const indicators = await indicatorsOf(context);
  const told = (row: FigureRow): SnapshotRow => {
    const key = row.department === "" ? row.division : ownerOf(row.nodes[0] ?? "", row.department);
    const { volumes = NO_VOLUMES, cells = new Map() } = tallies.get(key) ?? {};
    const values = valuesOf(indicators, { figures: row.figures, cells: [...cells.values()] });
    return { ...row, volumes, indicators: values };
  };
  // Divisions above the one that is inspected would be told of a part of theirs.
  const divisions = TOLD_LEVELS.flatMap((level) => sums.rows(level)).filter((row) =>
    row.division.startsWith(bounds.prefix),
  );
  const rows = [...divisions, ...departments].map(told);
  const nodes = new Set(rows.flatMap((row) => row.nodes));
  const silent = (await context.nodes.silent()).filter(({ node }) => nodes.has(node));
  const knownSince = (await context.nodes.knownAfter(from)).filter(({ node }) => nodes.has(node));
  const [first = from] = [from, addDays(to, 1 - SYNCHRONOUS_DAYS)].sort();
  const without = yearsWithout(await context.calendars.read(), first, to);
  const known = {
    ...(knownSince.length > 0 && { knownSince }),
    ...(without.length > 0 && { yearsWithoutHolidays: without }),
  };
  return { ...frame, ...known, indicators: indicators.map(({ id, name }) => ({ id, name })), silent, rows };
}
