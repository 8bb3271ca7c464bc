import { addDays } from "./civil-date.ts";
import { type DayPeriod, isOn, type RecordedVersion, versionOn } from "./recorded.ts";

/** A kind on the obligatory list of a department (应开通目录, 3.6). */
export interface ListedItem extends DayPeriod {
  kind: "listed";
  item: string;
}

/** All that one obligatory list says of a department. */
export interface ListedItems {
  kind: "list";
  entries: readonly Omit<ListedItem, "kind">[];
}

/** A kind that is opened for issuing. */
export interface OpenedItem extends DayPeriod {
  kind: "opened";
  item: string;
}

/** A matter: when it is on the portal, and when it can use certificates. */
export interface CountedMatter {
  kind: "matter";
  matter: string;
  name: string;
  portal: readonly DayPeriod[];
  usable: readonly DayPeriod[];
}

/** What one record says of one department's rates. */
export type RateFact = ListedItem | ListedItems | OpenedItem | CountedMatter;

/** A record of a department with all its versions; `undefined` in a version: it is another department's then, or gone. */
export type RateRecord = readonly RecordedVersion<RateFact | undefined>[];

/** Certificates of a kind that were issued on a day for decisions of a day. */
export interface IssuedCount {
  item: string;
  /** Days of Asia/Shanghai. */
  issued: string;
  decided: string;
  /** Issued within the working day of the decision. */
  inTime: boolean;
  count: number;
}

/** Days that measure whether a kind is issued synchronously, the day that is asked for included. */
export const SYNCHRONOUS_DAYS = 90;
/** Of the certificates of these days, the part that must be issued within the working day of the decision. */
export const SYNCHRONOUS_SHARE = 0.95;

/** What both rates are made of. */
export interface RateFigures {
  listed: number;
  opened: number;
  synchronous: number;
  portal: number;
  usable: number;
}

/** A kind of the denominator of 3.7. */
export interface ItemMember {
  item: string;
  opened: boolean;
  synchronous: boolean;
  /** Certificates of the last {@link SYNCHRONOUS_DAYS} days, decided since the opening, and those of them that were in time. */
  issued: number;
  inTime: number;
}

/** A matter of the denominator of 3.8. */
export interface MatterMember {
  matter: string;
  name: string;
  usable: boolean;
}

/** All that the rates of one department follow from. */
export interface RateBasis {
  records: readonly RateRecord[];
  issued: readonly IssuedCount[];
  /** Day from which nothing of the department counts any more. Absent: it is there. */
  closedOn?: string;
  /** Leaves out what came to be known later. Absent: all counts. `issued` holds what was known. */
  knownAt?: string;
}

/** The denominators of a department on a day, each member with whether it counts, by code. */
export function membersOn(basis: RateBasis, day: string): { items: ItemMember[]; matters: MatterMember[] } {
  if (basis.closedOn !== undefined && basis.closedOn <= day) return { items: [], matters: [] };
  const facts = basis.records.flatMap((record) => versionOn(record, day, basis.knownAt)?.value ?? []);
  const openings = facts.filter((fact) => fact.kind === "opened").filter((fact) => isOn(fact, day));
  const since = new Map<string, string>();
  for (const { item, from } of openings) if (from < (since.get(item) ?? "9999")) since.set(item, from);
  const listed = facts.flatMap(listedIn).filter((entry) => isOn(entry, day));
  const items = [...new Set(listed.map(({ item }) => item))].sort();
  const matters = facts
    .filter((fact) => fact.kind === "matter")
    .filter(({ portal }) => portal.some((period) => isOn(period, day)));
  return {
    items: items.map((item) => ({ item, ...measured(basis.issued, item, since.get(item), day) })),
    matters: matters
      .map(({ matter, name, usable }) => ({ matter, name, usable: usable.some((period) => isOn(period, day)) }))
      .sort((a, b) => (a.matter < b.matter ? -1 : 1)),
  };
}

/** What a fact puts on the obligatory list of its department. */
export function listedIn(fact: RateFact): readonly Omit<ListedItem, "kind">[] {
  return fact.kind === "list" ? fact.entries : fact.kind === "listed" ? [fact] : [];
}

/** What the rates are made of on a day (3.7, 3.8). */
export function figuresOn(basis: RateBasis, day: string): RateFigures {
  const { items, matters } = membersOn(basis, day);
  return {
    listed: items.length,
    opened: items.filter(({ opened }) => opened).length,
    synchronous: items.filter(({ synchronous }) => synchronous).length,
    portal: matters.length,
    usable: matters.filter(({ usable }) => usable).length,
  };
}

/**
 * Whether a kind is opened, and issued synchronously (增量同步, 6.4.5.2): of the certificates that were decided since the opening and issued in the
 * last 90 days there is one at least, and of all of them 95 in a hundred were issued within the working day of the decision. What was decided
 * before the opening is stock (存量) that is being brought in, and counts neither way.
 */
function measured(counts: readonly IssuedCount[], item: string, since: string | undefined, day: string) {
  if (since === undefined) return { opened: false, synchronous: false, issued: 0, inTime: 0 };
  const timed = byItem(counts).get(item) ?? [];
  let issued = 0;
  let inTime = 0;
  for (let at = placeOf(timed, addDays(day, 1 - SYNCHRONOUS_DAYS)); at < timed.length; at++) {
    const one = timed[at] as IssuedCount;
    if (one.issued > day) break;
    if (one.decided < since) continue;
    issued += one.count;
    if (one.inTime) inTime += one.count;
  }
  return { opened: true, synchronous: issued > 0 && inTime >= issued * SYNCHRONOUS_SHARE, issued, inTime };
}

/** Counts by kind and day of issue, made once for each list: the figures of a department ask for them on every day on which they change. */
const TIMED = new WeakMap<readonly IssuedCount[], ReadonlyMap<string, readonly IssuedCount[]>>();

function byItem(counts: readonly IssuedCount[]): ReadonlyMap<string, readonly IssuedCount[]> {
  const known = TIMED.get(counts);
  if (known) return known;
  const found = new Map<string, IssuedCount[]>();
  for (const one of [...counts].sort((a, b) => (a.issued < b.issued ? -1 : 1))) {
    const list = found.get(one.item);
    if (list) list.push(one);
    else found.set(one.item, [one]);
  }
  TIMED.set(counts, found);
  return found;
}

/** Place of the first count of a day or later. */
function placeOf(timed: readonly IssuedCount[], day: string): number {
  let [low, high] = [0, timed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timed[middle] as IssuedCount).issued < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
