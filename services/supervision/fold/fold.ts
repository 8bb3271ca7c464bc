import { pause } from "../../base/pause.ts";
import { listOf } from "../../store/pages-of.ts";
import type { Collection, Stored } from "../../store/port.ts";
import type { SupervisionContext } from "../context.ts";
import { ANY_NODE, partsOf } from "../facts/fact-record.ts";
import { foldHour, type Place } from "./fold-hour.ts";
import { foldOwner, foldUnits } from "./fold-owner.ts";

/** What is counted in one go at most. */
const AT_ONCE = 1_000;
/** What comes within this time is counted together, milliseconds, or within so many times as long as the last count took: a busy hour is not counted anew for each certificate. */
const GATHER_MS = 20;
const SHARE = 4;
const LONGEST_GATHER_MS = 5_000;
/** Looks again after this, for what other replicas took. */
const LOOK_AGAIN_MS = 5_000;

/** Counts whatever waits, until the signal aborts. */
export async function keepFolding(context: SupervisionContext, signal: AbortSignal): Promise<void> {
  const { bell, runtime } = context;
  while (!signal.aborted) {
    try {
      for (let begun = runtime.monotonic(); (await fold(context)) > 0 && !signal.aborted; begun = runtime.monotonic())
        await pause(gatherFor(runtime.monotonic() - begun), signal, { ref: false });
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
 * Counts what waits, and takes its marks away last: whatever happens in between, it is counted again, which changes nothing. Resolves to how
 * much there was.
 */
export async function fold(context: SupervisionContext): Promise<number> {
  const { facts, issued, tallies } = context;
  const waiting = { index: "dirty", equals: [1], limit: AT_ONCE };
  const [records, certificates, hours] = await Promise.all([
    facts.query(waiting),
    issued.query(waiting),
    tallies.query(waiting),
  ]);
  const counted = [...certificates.items, ...hours.items];
  // Departments first: what is counted of them lies in the division that they serve.
  const ofRecords = await ownersOf(context, new Set(records.items.flatMap((record) => record.owners)));
  for (const owner of ofRecords) {
    const { hasUnits } = await foldOwner(context, owner);
    if (hasUnits) await foldUnits(context, owner);
  }
  for (const key of new Set(counted.map(({ owner, hour }) => `${owner} ${hour}`))) {
    const [owner = "", hour = ""] = key.split(" ");
    await foldHour(context, await placeOf(context, owner), hour);
  }
  for (const owner of new Set(certificates.items.map((one) => one.owner))) await foldOwner(context, owner);
  await clean(facts, records.items);
  await clean(issued, certificates.items);
  await clean(tallies, hours.items);
  return records.items.length + counted.length;
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
  counted: readonly T[],
): Promise<void> {
  await Promise.all(counted.map(({ dirty: _mark, ...document }) => collection.replace(document as unknown as T)));
}
