import { pause } from "../base/pause.ts";
import { keepSuperseding } from "./change/supersede.ts";
import type { IssueContext } from "./context.ts";
import { completePlaces } from "./record/complete-places.ts";
import { sweepUploads } from "./uploads/upload-content.ts";

const SWEEP_EVERY_MS = 3_600_000;

/** Starts looking for replacements that are half done, completes certificates of before, tells what was refused, and removes counts of old days and uploads whose time is over. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: IssueContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.runtime.signal, stopping.signal]);
  const superseding = keepSuperseding(context, signal);
  const completing = completePlaces(context.certificates, context.runtime, signal).catch((error: unknown) => {
    if (!signal.aborted) context.runtime.log.warn({ error }, "certificates of before are not in lists of staff yet");
  });
  const counting = context.refused.run(signal);
  const sweeping = keepSweeping(context, signal);
  return {
    async stop() {
      stopping.abort();
      await Promise.all([superseding, completing, sweeping, counting]);
    },
  };
}

async function keepSweeping(context: IssueContext, signal: AbortSignal): Promise<void> {
  const { log } = context.runtime;
  while (!signal.aborted) {
    await context.issued.sweep().catch((error: unknown) => {
      if (!signal.aborted) log.warn({ error: String(error) }, "counts of old days could not be removed yet");
    });
    await sweepUploads(context).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ error: String(error) }, "uploads whose time is over could not be removed yet");
    });
    await pause(SWEEP_EVERY_MS, signal, { ref: false });
  }
}
