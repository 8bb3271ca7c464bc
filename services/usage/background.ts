import { startExpiry } from "./codes/expiry.ts";
import type { UsageContext } from "./context.ts";

/** Starts removing what is old, and telling what was counted. It ends with the runtime's signal; `stop` ends the latter and waits for both. */
export function startBackground(context: UsageContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const expiry = startExpiry(context);
  const counting = context.tally.run(AbortSignal.any([context.runtime.signal, stopping.signal]));
  return {
    async stop() {
      stopping.abort();
      await Promise.all([expiry, counting]);
    },
  };
}
