import { keepFollowing } from "./accounts/follow-divisions.ts";
import type { IdentityContext } from "./context.ts";
import { keepSweeping } from "./sessions/sweep.ts";

/** Starts removing sessions and codes that have ended, and having accounts follow their departments. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: IdentityContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ends = AbortSignal.any([context.runtime.signal, stopping.signal]);
  const working = Promise.all([keepSweeping(context, ends), keepFollowing(context, ends)]);
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
