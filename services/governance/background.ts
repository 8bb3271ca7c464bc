import type { GovernanceContext } from "./context.ts";
import { keepFirstDivisions } from "./divisions/first-divisions.ts";

/** Starts loading the divisions that a node begins with, and carrying out what was confirmed. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: GovernanceContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ends = AbortSignal.any([context.runtime.signal, stopping.signal]);
  const working = Promise.all([
    keepFirstDivisions(context, ends),
    ...Object.values(context.carriers).map((carrier) => carrier.keep(ends)),
  ]);
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
