import { pause } from "../../base/pause.ts";
import type { Collection, Stored } from "../../store/port.ts";
import type { UsageContext } from "../context.ts";

/** Codes and presentations are removed this long after their end: until then a late caller learns that they have expired. */
const KEEP_MS = 24 * 3_600_000;

/** What codes and presentations, and the counters of apps, are kept in. */
export type Expiring = Pick<UsageContext, "codes" | "presentations" | "quota" | "runtime">;

/** Removes codes and presentations that ended a day ago and counters of more than a week ago, again and again until the signal. What was done with them stays in the evidence. */
export async function keepExpiring(
  { codes, presentations, quota, runtime }: Expiring,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const before = new Date(runtime.now().getTime() - KEEP_MS).toISOString();
      await removeEnded(codes, before);
      await removeEnded(presentations, before);
      await quota.sweep();
    } catch (error) {
      runtime.log.warn(
        { error: String(error) },
        "old usage codes and presentations could not be removed; trying again later",
      );
    }
    await pause(everyMs, signal, { ref: false });
  }
}

async function removeEnded<T extends Stored>(collection: Collection<T>, before: string): Promise<void> {
  for (let after: string | undefined; ; ) {
    const cursor = after === undefined ? {} : { after };
    const old = await collection.query({ index: "ending", to: before, limit: 500, ...cursor });
    for (const { _id, revision } of old.items) await collection.remove(_id, revision);
    if (old.next === undefined) break;
    after = old.next;
  }
}
