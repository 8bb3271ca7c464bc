import { addDays } from "../../domain/civil-date.ts";
import { compareAndSet } from "../../store/compare-and-set.ts";
import { allOf } from "../../store/pages-of.ts";
import type { SupervisionContext } from "../context.ts";
import type { IssuedDocument } from "../counted/issued-record.ts";
import { type Cells, cellKey, type DayDocument } from "../counted/month-record.ts";
import { sumsOf } from "../counted/sum-record.ts";
import type { TallyDocument } from "../counted/tally-record.ts";
import { partsOf } from "../facts/fact-record.ts";

/** Where what is counted of an owner belongs now. */
export type Place = { owner: string; division: string };

/** What was counted of an owner. */
export interface Counted {
  issued: IssuedDocument[];
  tallies: TallyDocument[];
}

/**
 * Counts hours of an owner anew from what its events told, into their days and months: a day and a month once, however many of their hours there are.
 * The same again changes nothing. Resolves to what was counted and has a mark.
 */
export async function foldHours(
  context: SupervisionContext,
  place: Place,
  hours: ReadonlySet<string>,
): Promise<Counted> {
  const marked: Counted = { issued: [], tallies: [] };
  const days = grouped(hours, 10);
  for (const [month, of] of grouped(days.keys(), 7)) {
    if (of.length >= TOGETHER) await foldTogether(context, place, of, marked);
    else await Promise.all(of.map((day) => foldDay(context, place, day, days.get(day) ?? [], marked)));
    await foldMonth(context, place, month, of);
  }
  return marked;
}

/** From so many days of a month on they are read as one. */
const TOGETHER = 4;

/** Hours by their day, or days by their month, in order. */
function grouped(texts: Iterable<string>, length: number): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const text of [...texts].sort()) {
    const key = text.slice(0, length);
    groups.set(key, [...(groups.get(key) ?? []), text]);
  }
  return groups;
}

async function foldDay(
  context: SupervisionContext,
  place: Place,
  day: string,
  hours: readonly string[],
  marked: Counted,
): Promise<void> {
  const { owner } = place;
  await context.days.make(`${owner}/${day}`, async (old) => {
    // A day that is not there yet is counted whole: it may have been there, and been unreadable.
    const [from, to] = old ? [hours[0] as string, `${hours.at(-1)}:`] : [day, addDays(day, 1)];
    const found = await countedIn(context, owner, from, to, marked);
    return dayOf(place, day, { ...old?.hours, ...found.get(day) });
  });
}

/** Counts several days whole, from the first to the last; one that somebody else writes meanwhile, by itself. */
async function foldTogether(
  context: SupervisionContext,
  place: Place,
  changed: readonly string[],
  marked: Counted,
): Promise<void> {
  const { owner } = place;
  const old = await context.days.getMany(changed.map((day) => `${owner}/${day}`));
  const [from, to] = [changed[0] as string, addDays(changed.at(-1) as string, 1)];
  const found = await countedIn(context, owner, from, to, marked);
  const store = async (day: string, before: DayDocument | undefined) => {
    const next = dayOf(place, day, { ...before?.hours, ...found.get(day) });
    if (await compareAndSet(context.days, before, next)) return;
    await foldDay(context, place, day, [`${day}T00`, `${day}T23`], marked);
  };
  await Promise.all(changed.map((day, index) => store(day, old[index])));
}

function dayOf({ owner, division }: Place, day: string, hours: DayDocument["hours"]): DayDocument {
  const { department } = partsOf(owner);
  return { _id: `${owner}/${day}`, revision: 1, owner, department, division, day, hours };
}

async function foldMonth(
  { days, months, sums, calendars }: SupervisionContext,
  { owner, division }: Place,
  month: string,
  changedDays: readonly string[],
): Promise<void> {
  const id = `${owner}/${month}`;
  const known = { revision: 1, owner, department: partsOf(owner).department, division, month };
  const counted = await months.make(id, async (old) => {
    const [from, to] = old
      ? [changedDays[0] as string, addDays(changedDays.at(-1) as string, 1)]
      : [month, `${month}:`];
    const changed: Record<string, Cells> = {};
    for await (const { day, hours } of allOf(days, { index: "owners", equals: [owner], from, to }))
      changed[day.slice(8)] = summed(Object.values(hours));
    return { _id: id, ...known, days: { ...old?.days, ...changed } };
  });
  // What was counted meanwhile is in the month that is read here.
  await sums.make(id, async () => sumsOf((await months.get(id)) ?? counted, await calendars.read()));
}

/** All that was counted of an owner from an hour or day to before another one, by day and hour; what of it has a mark is added to `marked`. */
async function countedIn(
  { issued, tallies }: SupervisionContext,
  owner: string,
  from: string,
  to: string,
  marked: Counted,
): Promise<Map<string, Record<string, Cells>>> {
  const days = new Map<string, Record<string, Record<string, number>>>();
  const add = (at: string, key: string, count: number) => {
    const [day, hour] = [at.slice(0, 10), at.slice(11)];
    const hours = days.get(day) ?? {};
    days.set(day, hours);
    const cells = hours[hour] ?? {};
    hours[hour] = cells;
    cells[key] = (cells[key] ?? 0) + count;
  };
  const query = { index: "hours", equals: [owner], from, to };
  for await (const one of allOf(issued, query)) {
    const { hour, item, decided } = one;
    const reason = decided === hour.slice(0, 10) ? "" : decided;
    add(hour, cellKey({ action: "issued", reason, item, matter: "" }), 1);
    if (one.dirty) marked.issued.push(one);
  }
  for await (const one of allOf(tallies, query)) {
    for (const [key, count] of Object.entries(one.cells)) add(one.hour, key, count);
    if (one.dirty) marked.tallies.push(one);
  }
  return days;
}

function summed(parts: readonly Cells[]): Cells {
  const sum: Record<string, number> = {};
  for (const cells of parts) for (const [key, count] of Object.entries(cells)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
