import { pause } from "../../base/pause.ts";
import { several } from "../../base/several.ts";
import { listOf } from "../../store/pages-of.ts";
import type { Collection, Stored } from "../../store/port.ts";
import type { SupervisionContext } from "../context.ts";
import { ANY_NODE, partsOf } from "../facts/fact-record.ts";
import { foldCalendars } from "./fold-calendars.ts";
import { foldHours, type Place } from "./fold-hours.ts";
import { foldOwner, foldUnits } from "./fold-owner.ts";

/** What is looked at in one go at most. */
const AT_ONCE = 1_000;
/** Owners that are counted at the same time: a store makes many writes durable as fast as one. */
const WIDTH = 16;
/** Where more waits than is looked at in one go, calls come first for so long, milliseconds. */
const BACKLOG_REST_MS = 5;
/** What comes within this time is counted together, milliseconds, or within so many times as long as the last count took: a busy hour is not counted anew for each certificate. */
const GATHER_MS = 200;
const SHARE = 12;
const LONGEST_GATHER_MS = 5_000;
/** Looks again after this, for what other replicas took. */
const LOOK_AGAIN_MS = 5_000;

/** Counts whatever waits, until the signal aborts. */
export async function keepFolding(context: SupervisionContext, signal: AbortSignal): Promise<void> {
  const { bell, runtime } = context;
  while (!signal.aborted) {
    try {
      for (let waited = AT_ONCE; waited > 0 && !signal.aborted; ) {
        const begun = runtime.monotonic();
        waited = await fold(context);
        const rest = waited >= AT_ONCE ? BACKLOG_REST_MS : gatherFor(runtime.monotonic() - begun);
        if (waited > 0) await pause(rest, signal, { ref: false });
      }
    } catch (error) {
      if (!signal.aborted) runtime.log.warn({ error: String(error) }, "what came cannot be counted now");
    }
    await bell.wait(LOOK_AGAIN_MS, signal);
  }
}

function gatherFor(spent: number): number {
  return Math.min(LONGEST_GATHER_MS, Math.max(GATHER_MS, SHARE * spent));
}

/**
 * Counts what waits, and takes its marks away last: whatever happens in between, it is counted again, which changes nothing. An owner is counted once
 * with all of it that waits, be it beyond what was looked at. Resolves to how much there was.
 */
export async function fold(context: SupervisionContext): Promise<number> {
  const { facts, issued, tallies } = context;
  const years = await foldCalendars(context);
  const waiting = { index: "dirty", equals: [1], limit: AT_ONCE };
  const [records, certificates, hours] = await Promise.all([
    facts.query(waiting),
    issued.query(waiting),
    tallies.query(waiting),
  ]);
  const done = { facts: byId(records.items), issued: byId(certificates.items), tallies: byId(hours.items) };
  // Departments first: what is counted of them lies in the division that they serve.
  await several(
    await ownersOf(context, new Set(records.items.flatMap((record) => record.owners))),
    WIDTH,
    async (owner) => {
      const { hasUnits, marked } = await foldOwner(context, owner);
      if (hasUnits) await foldUnits(context, owner);
      for (const one of marked) done.facts.set(one._id, one);
    },
  );
  await several(hoursByOwner([...certificates.items, ...hours.items]), WIDTH, async ([owner, told]) => {
    const marked = await foldHours(context, await placeOf(context, owner), told);
    for (const one of marked.issued) done.issued.set(one._id, one);
    for (const one of marked.tallies) done.tallies.set(one._id, one);
  });
  await several(new Set(certificates.items.map((one) => one.owner)), WIDTH, async (owner) => {
    await foldOwner(context, owner);
  });
  await Promise.all([clean(facts, done.facts), clean(issued, done.issued), clean(tallies, done.tallies)]);
  return Math.max(years, records.items.length, certificates.items.length, hours.items.length);
}

function byId<T extends Stored>(documents: readonly T[]): Map<string, T> {
  return new Map(documents.map((one) => [one._id, one]));
}

function hoursByOwner(counted: readonly { owner: string; hour: string }[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { owner, hour } of counted) found.set(owner, (found.get(owner) ?? new Set()).add(hour));
  return found;
}

/** The owners themselves; for what is said of a department at whichever node, all that are it. Until its own record has come there is none. */
async function ownersOf({ rates }: SupervisionContext, named: ReadonlySet<string>): Promise<Set<string>> {
  const owners = new Set<string>();
  for (const owner of named) {
    const { node, department } = partsOf(owner);
    if (node !== ANY_NODE) owners.add(owner);
    else for (const one of await listOf(rates, { index: "departments", equals: [department] })) owners.add(one.owner);
  }
  return owners;
}

/** Where an owner belongs by its own record, else by its node. */
async function placeOf({ rates }: SupervisionContext, owner: string): Promise<Place> {
  const known = await rates.get(owner);
  return { owner, division: known?.division ?? partsOf(owner).node };
}

/** What was changed meanwhile keeps its mark. */
async function clean<T extends Stored & { dirty?: 1 }>(
  collection: Collection<T>,
  counted: ReadonlyMap<string, T>,
): Promise<void> {
  const all = [...counted.values()].map(({ dirty: _mark, ...document }) => document as unknown as T);
  await collection.replaceMany(all);
}
