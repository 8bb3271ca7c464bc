import { keepSuperseding } from "./change/supersede.ts";
import type { IssueContext } from "./context.ts";
import { completePlaces } from "./record/complete-places.ts";

/** Starts looking for replacements that are half done, and completes certificates of before. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: IssueContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.runtime.signal, stopping.signal]);
  const superseding = keepSuperseding(context, signal);
  const completing = completePlaces(context.certificates, context.runtime, signal).catch((error: unknown) => {
    if (!signal.aborted) context.runtime.log.warn({ error }, "certificates of before are not in lists of staff yet");
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all([superseding, completing]);
    },
  };
}
