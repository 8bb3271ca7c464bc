import { keepSuperseding } from "./change/supersede.ts";
import type { IssueContext } from "./context.ts";

/** Starts looking for replacements that are half done. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: IssueContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const superseding = keepSuperseding(context, AbortSignal.any([context.runtime.signal, stopping.signal]));
  return {
    stop() {
      stopping.abort();
      return superseding;
    },
  };
}
