import { pause } from "../base/pause.ts";
import { type Expiring, keepExpiring } from "./codes/expiry.ts";
import type { UsageContext } from "./context.ts";

const SWEEP_EVERY_MS = 60_000;

/** Starts removing and forgetting what is old, and telling what was counted. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(
  context: Expiring & Pick<UsageContext, "tally" | "handedDocuments">,
  sweepEveryMs = SWEEP_EVERY_MS,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.runtime.signal, stopping.signal]);
  const expiry = keepExpiring(context, sweepEveryMs, signal);
  const counting = context.tally.run(signal);
  const forgetting = forgetDocuments(context, sweepEveryMs, signal);
  return {
    async stop() {
      stopping.abort();
      await Promise.all([expiry, counting, forgetting]);
    },
  };
}

/** Forgets documents that somebody has begun to hand in and left: their memory is given back without anybody calling. */
async function forgetDocuments(
  { handedDocuments }: Pick<UsageContext, "handedDocuments">,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    handedDocuments.sweep();
    await pause(everyMs, signal, { ref: false });
  }
}
