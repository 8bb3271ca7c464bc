import { addDays } from "../../domain/civil-date.ts";
import type { CountedCell } from "../../domain/volumes.ts";
import type { WorkCalendar } from "../../domain/working-day.ts";
import { allOf } from "../../store/pages-of.ts";
import type { SupervisionContext } from "../context.ts";
import { countedCell } from "../counted/counted-cell.ts";
import type { Cells } from "../counted/month-record.ts";
import { divisionBounds, type Within } from "../counted/within.ts";
import { type Days, monthsOf } from "./period.ts";

/** A number with whose it is, and in which hour it was counted where that is asked for. */
export interface OwnedCell extends CountedCell {
  owner: string;
  department: string;
  division: string;
  /** `yyyy-MM-ddTHH`; absent where numbers of days are told. */
  hour?: string;
}

/** All numbers of a period within bounds, by day. */
export async function* countedCells(
  { months, calendars }: SupervisionContext,
  within: Within,
  period: Days,
): AsyncGenerator<OwnedCell> {
  const calendar = await calendars.read();
  const bounds = divisionBounds(within);
  const queries =
    within.department === undefined
      ? monthsOf(period).map((month) => ({ index: "divisions", equals: [month], ...bounds }))
      : [{ index: "departments", equals: [within.department], ...bounds }];
  for (const query of queries)
    for await (const document of allOf(months, query))
      for (const [day, cells] of Object.entries(document.days))
        yield* cellsOf(document, `${document.month}-${day}`, cells, period, calendar);
}

/** All numbers of a period of one owner, by day. */
export async function* ownCells(
  { months, calendars }: SupervisionContext,
  owner: string,
  period: Days,
): AsyncGenerator<OwnedCell> {
  const calendar = await calendars.read();
  const [from, to] = [period.from.slice(0, 7), `${period.to.slice(0, 7)}:`];
  for await (const document of allOf(months, { index: "owners", equals: [owner], from, to }))
    for (const [day, cells] of Object.entries(document.days))
      yield* cellsOf(document, `${document.month}-${day}`, cells, period, calendar);
}

/** All numbers of a period within bounds, by hour. */
export async function* hourCells(
  { days, calendars }: SupervisionContext,
  within: Within,
  period: Days,
): AsyncGenerator<OwnedCell> {
  const calendar = await calendars.read();
  const bounds = divisionBounds(within);
  const queries = [];
  if (within.department === undefined)
    for (let day = period.from; day <= period.to; day = addDays(day, 1))
      queries.push({ index: "divisions", equals: [day], ...bounds });
  else queries.push({ index: "departments", equals: [within.department], ...bounds });
  for (const query of queries)
    for await (const document of allOf(days, query))
      for (const [hour, cells] of Object.entries(document.hours))
        for (const cell of cellsOf(document, document.day, cells, period, calendar))
          yield { ...cell, hour: `${document.day}T${hour}` };
}

function* cellsOf(
  { owner, department, division }: { owner: string; department: string; division: string },
  day: string,
  cells: Cells,
  { from, to }: Days,
  calendar: WorkCalendar,
): Generator<OwnedCell> {
  if (day < from || day > to) return;
  for (const [key, count] of Object.entries(cells))
    yield { ...countedCell(key, day, count, calendar), owner, department, division };
}
