import { addDays } from "../../domain/civil-date.ts";
import { allOf } from "../../store/pages-of.ts";
import type { SupervisionContext } from "../context.ts";
import { type Cells, cellKey } from "../counted/month-record.ts";
import { sumsOf } from "../counted/sum-record.ts";
import { partsOf } from "../facts/fact-record.ts";

/** Where what is counted of an owner belongs now. */
export type Place = { owner: string; division: string };

/** Counts an hour of an owner anew from what its events told, into its day and its month. The same again changes nothing. */
export async function foldHour(context: SupervisionContext, { owner, division }: Place, hour: string): Promise<void> {
  const { days, months, sums } = context;
  const [day, month] = [hour.slice(0, 10), hour.slice(0, 7)];
  const known = { revision: 1, owner, department: partsOf(owner).department, division };
  await days.make(`${owner}/${day}`, async (old) => {
    // A day that is not there yet is counted whole: it may have been there, and been unreadable.
    const [from, to] = old ? [hour, `${hour}:`] : [day, addDays(day, 1)];
    const hours = { ...old?.hours, ...(await countedIn(context, owner, from, to)) };
    return { _id: `${owner}/${day}`, ...known, day, hours };
  });
  const counted = await months.make(`${owner}/${month}`, async (old) => {
    const [from, to] = old ? [day, addDays(day, 1)] : [month, `${month}:`];
    const changed: Record<string, Cells> = {};
    for await (const { day: one, hours } of allOf(days, { index: "owners", equals: [owner], from, to }))
      changed[one.slice(8)] = summed(Object.values(hours));
    return { _id: `${owner}/${month}`, ...known, month, days: { ...old?.days, ...changed } };
  });
  // What was counted meanwhile is in the month that is read here.
  await sums.make(counted._id, async () => sumsOf((await months.get(counted._id)) ?? counted));
}

/** All that was counted of an owner from an hour to before another one, by hour of the day. */
async function countedIn(
  { issued, tallies }: SupervisionContext,
  owner: string,
  from: string,
  to: string,
): Promise<Record<string, Cells>> {
  const hours: Record<string, Record<string, number>> = {};
  const add = (hour: string, key: string, count: number) => {
    const cells = hours[hour.slice(11)] ?? {};
    hours[hour.slice(11)] = cells;
    cells[key] = (cells[key] ?? 0) + count;
  };
  const query = { index: "hours", equals: [owner], from, to };
  for await (const { hour, item, decided } of allOf(issued, query)) {
    const reason = decided === hour.slice(0, 10) ? "" : decided;
    add(hour, cellKey({ action: "issued", reason, item, matter: "" }), 1);
  }
  for await (const { hour, cells } of allOf(tallies, query))
    for (const [key, count] of Object.entries(cells)) add(hour, key, count);
  return hours;
}

function summed(parts: readonly Cells[]): Cells {
  const sum: Record<string, number> = {};
  for (const cells of parts) for (const [key, count] of Object.entries(cells)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
