import { addDays } from "../../domain/civil-date.ts";
import type { VolumeFigures } from "../../domain/volumes.ts";
import { allOf } from "../../store/pages-of.ts";
import type { SupervisionContext } from "../context.ts";
import { countedCell } from "../counted/counted-cell.ts";
import { divisionBounds, type Within } from "../counted/within.ts";
import { countedCells, type OwnedCell } from "./counted-cells.ts";
import { type Days, monthsOf } from "./period.ts";

/** Volumes of a day of one owner. */
export interface OwnedFlows {
  owner: string;
  department: string;
  day: string;
  volumes: VolumeFigures;
}

/** Volumes of each day of a period within bounds, whatever they are of. */
export async function* dayFlows(context: SupervisionContext, within: Within, period: Days): AsyncGenerator<OwnedFlows> {
  for await (const { owner, department, month, flows } of sumsWithin(context, within, monthsOf(period)))
    for (const [date, numbers] of Object.entries(flows)) {
      const day = `${month}-${date}`;
      if (day < period.from || day > period.to) continue;
      const [issued = 0, issuedInTime = 0, used = 0, refused = 0] = numbers;
      yield { owner, department, day, volumes: { issued, issuedInTime, used, refused } satisfies VolumeFigures };
    }
}

/** Numbers of a period within bounds, whichever days they are of: of whole months from their sums, of others day by day. */
export async function* periodCells(
  context: SupervisionContext,
  within: Within,
  period: Days,
): AsyncGenerator<OwnedCell> {
  const whole = monthsOf(period).filter((month) => `${month}-01` >= period.from && lastDay(month) <= period.to);
  const [first, last] = [whole[0], whole.at(-1)];
  if (first === undefined || last === undefined) return yield* countedCells(context, within, period);
  const [before, after] = [addDays(`${first}-01`, -1), addDays(lastDay(last), 1)];
  if (before >= period.from) yield* countedCells(context, within, { from: period.from, to: before });
  const calendar = await context.calendars.read();
  for await (const { owner, department, division, month, cells } of sumsWithin(context, within, whole))
    for (const [key, count] of Object.entries(cells))
      yield { ...countedCell(key, `${month}-01`, count, calendar), owner, department, division };
  if (after <= period.to) yield* countedCells(context, within, { from: after, to: period.to });
}

async function* sumsWithin({ sums }: SupervisionContext, within: Within, months: readonly string[]) {
  const bounds = divisionBounds(within);
  if (within.department !== undefined) {
    const wanted = new Set(months);
    for await (const one of allOf(sums, { index: "departments", equals: [within.department], ...bounds }))
      if (wanted.has(one.month)) yield one;
    return;
  }
  for (const month of months) yield* allOf(sums, { index: "divisions", equals: [month], ...bounds });
}

function lastDay(month: string): string {
  return addDays(`${addDays(`${month}-28`, 4).slice(0, 7)}-01`, -1);
}
