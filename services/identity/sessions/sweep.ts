import { pause } from "../../base/pause.ts";
import type { IdentityContext } from "../context.ts";

const SWEEP_EVERY_MS = 60_000;
const SWEPT_AT_ONCE = 500;

/** Removes sessions and codes whose time is over, every minute until the signal aborts. Nobody is let in by them before. */
export async function keepSweeping(context: IdentityContext, signal: AbortSignal): Promise<void> {
  const { log } = context.runtime;
  while (!signal.aborted) {
    try {
      await sweep(context);
    } catch (error) {
      if (!signal.aborted)
        log.warn({ error: String(error) }, "ended sessions could not be removed; trying again later");
    }
    await pause(SWEEP_EVERY_MS, signal, { ref: false });
  }
}

/** Removes what has ended by now. */
export async function sweep({ sessions, codes, runtime }: IdentityContext): Promise<void> {
  const to = runtime.now().toISOString();
  for (const collection of [sessions, codes]) {
    for (let full = true; full; ) {
      const { items } = await collection.query({ index: "ends", to, limit: SWEPT_AT_ONCE });
      let removed = 0;
      for (const { _id, revision } of items) if (await collection.remove(_id, revision)) removed++;
      // What is used at this very moment stays, and goes with the next look at the latest.
      full = items.length === SWEPT_AT_ONCE && removed > 0;
    }
  }
}
