import { pause } from "../../base/pause.ts";
import type { UsageContext } from "../context.ts";

/** Codes are removed this long after their end: until then a late caller learns that they have expired. */
const KEEP_MS = 24 * 3_600_000;
const SWEEP_EVERY_MS = 60_000;

/** Removes codes that ended a day ago and counters of more than a week ago, until the process stops. What was done with them stays in the evidence. */
export async function startExpiry({ codes, quota, runtime }: UsageContext): Promise<void> {
  while (!runtime.signal.aborted) {
    try {
      const before = new Date(runtime.now().getTime() - KEEP_MS).toISOString();
      for (let after: string | undefined; ; ) {
        const cursor = after === undefined ? {} : { after };
        const old = await codes.query({ index: "ending", to: before, limit: 500, ...cursor });
        for (const code of old.items) await codes.remove(code._id, code.revision);
        if (old.next === undefined) break;
        after = old.next;
      }
      await quota.sweep();
    } catch (error) {
      runtime.log.warn({ error: String(error) }, "old usage codes could not be removed; trying again later");
    }
    await pause(SWEEP_EVERY_MS, runtime.signal, { ref: false });
  }
}
