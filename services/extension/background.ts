import type { ExtensionContext } from "./context.ts";
import { keepDelivering } from "./deliveries/deliver.ts";

/** Starts sending events to receivers. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: ExtensionContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const working = keepDelivering(context, AbortSignal.any([context.runtime.signal, stopping.signal]));
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
