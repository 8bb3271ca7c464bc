import type { SupervisionContext } from "./context.ts";
import { keepFolding } from "./fold/fold.ts";

/** Starts counting what came. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: SupervisionContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const working = keepFolding(context, AbortSignal.any([context.runtime.signal, stopping.signal]));
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
