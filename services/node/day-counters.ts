import { createSingleFlight } from "../base/single-flight.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import { Refusal } from "../domain/refusal.ts";
import { guardedCollection } from "../event/guarded-collection.ts";
import { changeStored } from "../store/compare-and-set.ts";
import type { CollectionSpec, IndexSpec, Stored } from "../store/port.ts";
import type { Runtime } from "./runtime.ts";

/** Counted at one time for one process at most, so that not every use writes; of small limits the 200th part. */
const STEP = 50;
const STEPS = 200;
/** Attempts at a counter that others write as well. */
const ATTEMPTS = 50;
const DAY_MS = 24 * 3_600_000;
/** Counters of days before are kept this long. */
const KEPT_DAYS = 8;

/** What one owner has used on a day at this node. `_id` is `<day>/<owner>`. */
type CounterDocument<C extends string> = Stored & { day: string } & Record<C, number>;

/** What a process has counted and not used yet. */
interface Ahead {
  left: number;
}

/** The index that a collection of day counters has. */
export const DAY_INDEX: IndexSpec = { name: "day", fields: ["day"] };

/**
 * What owners use in a day of Asia/Shanghai, held to limits. A process counts durably ahead of use, up to 50 at a time and never more than
 * the 200th part of the limit: so a limit is never exceeded, whatever is killed and however many processes serve, and a process that is
 * killed uses up what it had counted ahead. A process that stops gives it back.
 */
export interface DayCounters<C extends string> {
  /** Counts one; resolves to the day that it counted for. Throws what `exceeded` gives where that day's limit is reached. */
  take(counted: C, owner: string, limit: number, exceeded: (day: string) => Refusal): Promise<string>;
  /** What the owner has used today; what other processes have counted ahead is part of it. */
  used(owner: string): Promise<{ day: string } & Record<C, number>>;
  /** Removes counters of more than a week ago. */
  sweep(): Promise<void>;
  /** Gives back what was counted ahead. */
  close(): Promise<void>;
}

/** Opens counters of these kinds. */
export async function openDayCounters<C extends string>(
  { store, setAside, now, log }: Runtime,
  spec: CollectionSpec,
  kinds: readonly C[],
): Promise<DayCounters<C>> {
  const stored = await store.collection<CounterDocument<C>>(spec);
  const parts = { collection: stored, setAside, place: "store", source: spec.name } as const;
  // A counter that is no number would let everything through: it is set aside, and its owner alone is refused.
  const counters = guardedCollection<CounterDocument<C>>({ ...parts, check: (one) => checkCounter(one, kinds) });
  /** What this process has counted ahead, by day, owner and what is counted. */
  const ahead = new Map<string, Ahead>();
  const counting = createSingleFlight<void>();

  return {
    async take(counted, owner, limit, exceeded) {
      for (;;) {
        const day = shanghaiDay(now());
        const held = aheadOf(day, owner, counted);
        if (held.left > 0) {
          held.left--;
          return day;
        }
        await counting.run(nameOf(day, owner, counted), () => countAhead(day, owner, counted, limit, exceeded));
      }
    },
    async used(owner) {
      const day = shanghaiDay(now());
      const document = await counters.get(`${day}/${owner}`);
      const counts = kinds.map((kind) => [kind, (document?.[kind] ?? 0) - aheadOf(day, owner, kind).left]);
      return { day, ...(Object.fromEntries(counts) as Record<C, number>) };
    },
    async sweep() {
      const before = shanghaiDay(new Date(now().getTime() - KEPT_DAYS * DAY_MS));
      for (let after: string | undefined; ; ) {
        const cursor = after === undefined ? {} : { after };
        const old = await counters.query({ index: "day", to: before, limit: 500, ...cursor });
        for (const { _id, revision } of old.items) await counters.remove(_id, revision);
        if (old.next === undefined) break;
        after = old.next;
      }
    },
    async close() {
      for (const [name, { left }] of ahead) {
        const [day, owner, counted] = JSON.parse(name) as [string, string, C];
        if (left === 0) continue;
        await change(day, owner, counted, (used) => used - left).catch((error: unknown) =>
          log.warn(
            { error: String(error), owner },
            "what was counted ahead could not be given back; it counts as used",
          ),
        );
      }
      ahead.clear();
    },
  };

  function aheadOf(day: string, owner: string, counted: C) {
    const name = nameOf(day, owner, counted);
    const found = ahead.get(name);
    if (found) return found;
    // What was counted ahead for another day is of no use any more.
    for (const other of ahead.keys()) if (!other.startsWith(`["${day}"`)) ahead.delete(other);
    const made: Ahead = { left: 0 };
    ahead.set(name, made);
    return made;
  }

  async function countAhead(
    day: string,
    owner: string,
    counted: C,
    limit: number,
    exceeded: (day: string) => Refusal,
  ): Promise<void> {
    let step = 0;
    await change(day, owner, counted, (used) => {
      if (used >= limit) throw exceeded(day);
      step = Math.min(limit - used, Math.max(1, Math.min(STEP, Math.floor(limit / STEPS))));
      return used + step;
    });
    aheadOf(day, owner, counted).left += step;
  }

  async function change(day: string, owner: string, counted: C, to: (used: number) => number): Promise<void> {
    const _id = `${day}/${owner}`;
    const none = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<C, number>;
    const next = (old: CounterDocument<C> = { _id, revision: 1, day, ...none } as CounterDocument<C>) => ({
      ...old,
      [counted]: to(old[counted] ?? 0),
    });
    const spent = () => {
      const message = `the counter of ${owner} is written by too many at once; try again`;
      throw new Refusal("OVERLOADED", message, { retryAfterMs: 100 });
    };
    await changeStored(counters, _id, next, { tries: ATTEMPTS, spent });
  }
}

function nameOf(day: string, owner: string, counted: string): string {
  return JSON.stringify([day, owner, counted]);
}

function checkCounter<C extends string>(document: CounterDocument<C>, kinds: readonly C[]): void {
  const sound = typeof document.day === "string" && kinds.every((kind) => Number.isSafeInteger(document[kind]));
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "a day's counts are missing or wrong");
}
