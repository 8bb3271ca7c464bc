import type { IdentityContext } from "./context.ts";
import { keepSweeping } from "./sessions/sweep.ts";

/** Starts removing sessions and codes that have ended. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: IdentityContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const sweeping = keepSweeping(context, AbortSignal.any([context.runtime.signal, stopping.signal]));
  return {
    stop() {
      stopping.abort();
      return sweeping;
    },
  };
}
