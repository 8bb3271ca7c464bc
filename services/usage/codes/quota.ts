import { createSingleFlight } from "../../base/single-flight.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** Counted at one time for one process at most, so that not every use writes; of small limits the 200th part. */
const STEP = 50;
const STEPS = 200;
/** Attempts at a counter that others write as well. */
const ATTEMPTS = 50;
const DAY_MS = 24 * 3_600_000;
/** Counters of days before are kept this long. */
const KEPT_DAYS = 8;

/** What is counted of an app, by days of Asia/Shanghai. */
export type Counted = "usageCodes" | "holders";

/** What an app has asked for on a day at this node. `_id` is `<day>/<AppKey>`. */
interface CounterDocument extends Stored, Record<Counted, number> {
  day: string;
}

/** What a process has counted and not used yet. */
interface Ahead {
  left: number;
}

export const COUNTERS: CollectionSpec = { name: "usage_counters", indexes: [{ name: "day", fields: ["day"] }] };

/**
 * Day quotas of apps. A process counts durably ahead of use, up to 50 at a time and never more than the 200th part of the limit:
 * so a quota is never exceeded, whatever is killed and however many processes serve, and a process that is killed uses up what it
 * had counted ahead. A process that stops gives it back.
 */
export interface UsageQuota {
  /** Counts one. Throws `RATE_EXCEEDED` with the time to midnight where the day's limit is reached. */
  take(counted: Counted, app: string, limit: number): Promise<void>;
  /** What the app has asked for today; what other processes have counted ahead is part of it. */
  used(app: string): Promise<{ day: string } & Record<Counted, number>>;
  /** Removes counters of more than a week ago. */
  sweep(): Promise<void>;
  /** Gives back what was counted ahead. */
  close(): Promise<void>;
}

/** Opens the counters. */
export async function openUsageQuota({ store, setAside, now, log }: Runtime): Promise<UsageQuota> {
  const stored = await store.collection<CounterDocument>(COUNTERS);
  const parts = { collection: stored, setAside, place: "store", source: COUNTERS.name } as const;
  // A counter that is no number would let everything through: it is set aside, and its app alone is refused.
  const counters = guardedCollection<CounterDocument>({ ...parts, check: checkCounter });
  /** What this process has counted ahead, by day, app and what is counted. */
  const ahead = new Map<string, Ahead>();
  const counting = createSingleFlight<void>();

  return {
    async take(counted, app, limit) {
      for (;;) {
        const day = shanghaiDay(now());
        const held = aheadOf(day, app, counted);
        if (held.left > 0) {
          held.left--;
          return;
        }
        await counting.run(nameOf(day, app, counted), () => countAhead(day, app, counted, limit));
      }
    },
    async used(app) {
      const day = shanghaiDay(now());
      const document = await counters.get(`${day}/${app}`);
      const of = (counted: Counted) => (document?.[counted] ?? 0) - aheadOf(day, app, counted).left;
      return { day, usageCodes: of("usageCodes"), holders: of("holders") };
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
        const [day, app, counted] = JSON.parse(name) as [string, string, Counted];
        if (left === 0) continue;
        await change(day, app, counted, (used) => used - left).catch((error: unknown) =>
          log.warn({ error: String(error), app }, "what was counted ahead could not be given back; it counts as used"),
        );
      }
      ahead.clear();
    },
  };

  function aheadOf(day: string, app: string, counted: Counted) {
    const name = nameOf(day, app, counted);
    const found = ahead.get(name);
    if (found) return found;
    // What was counted ahead for another day is of no use any more.
    for (const other of ahead.keys()) if (!other.startsWith(`["${day}"`)) ahead.delete(other);
    const made: Ahead = { left: 0 };
    ahead.set(name, made);
    return made;
  }

  async function countAhead(day: string, app: string, counted: Counted, limit: number): Promise<void> {
    let step = 0;
    await change(day, app, counted, (used) => {
      if (used >= limit) throw exceeded(day, app, counted, limit);
      step = Math.min(limit - used, Math.max(1, Math.min(STEP, Math.floor(limit / STEPS))));
      return used + step;
    });
    aheadOf(day, app, counted).left += step;
  }

  async function change(day: string, app: string, counted: Counted, to: (used: number) => number): Promise<void> {
    const _id = `${day}/${app}`;
    const next = (old: CounterDocument = { _id, revision: 1, day, usageCodes: 0, holders: 0 }) => ({
      ...old,
      [counted]: to(old[counted] ?? 0),
    });
    const spent = () => {
      const message = `the counter of ${app} is written by too many at once; try again`;
      throw new Refusal("OVERLOADED", message, { retryAfterMs: 100 });
    };
    await changeStored(counters, _id, next, { tries: ATTEMPTS, spent });
  }

  function exceeded(day: string, app: string, counted: Counted, limit: number): Refusal {
    const what = counted === "usageCodes" ? "usage codes" : "pages of lists of holders' certificates";
    const midnight = instantOf(`${day}T00:00:00+08:00`) + DAY_MS;
    return new Refusal(
      "RATE_EXCEEDED",
      `app ${app} may ask for ${limit} ${what} a day at this node; wait for the next day, or ask the operator for a higher quota`,
      {
        retryAfterMs: Math.max(1, midnight - now().getTime()),
        metadata: { app, limit: String(limit) },
        localizedDetail: `应用${app}每天在本节点最多${counted === "usageCodes" ? `生成${limit}个用证码` : `查询${limit}页持证主体的证照`}，请次日再试，或请节点运维提高配额`,
      },
    );
  }
}

function nameOf(day: string, app: string, counted: Counted): string {
  return JSON.stringify([day, app, counted]);
}

function checkCounter({ day, usageCodes, holders }: CounterDocument): void {
  const sound = typeof day === "string" && [usageCodes, holders].every((count) => Number.isSafeInteger(count));
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "a day's counts are missing or wrong");
}
