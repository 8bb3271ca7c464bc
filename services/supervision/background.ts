import type { SupervisionContext } from "./context.ts";
import { keepFolding } from "./fold/fold.ts";
import { bringOver } from "./intake/bring-over.ts";

/** Starts counting what came, and what was there before. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: SupervisionContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.runtime.signal, stopping.signal]);
  const working = Promise.all([keepFolding(context, signal), bringOver(context, signal)]);
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
