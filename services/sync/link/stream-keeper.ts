import { pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { EventLink, StreamSpec } from "../../event/event-link.ts";
import type { Runtime } from "../../node/runtime.ts";

/** Keeps the streams of all links where they lie, at the province. */
export interface StreamKeeper {
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Why a stream cannot be used now; `undefined`: it can. */
  fault(stream: string): string | undefined;
}

/** How often a stream is tried, milliseconds: while it works, and while it does not. */
const LOOK_MS = 10_000;
const AGAIN_MS = 500;
/** A stream that fails so often in a row, while the broker answers, is made anew; but not again within this time. */
const FAILURES = 3;
const ANEW_MS = 20_000;

/**
 * Creates the keeper. Every stream is tried by itself every ten seconds: it must exist with its consumers, take a message
 * and give it back. A broker whose disk was full, or whose files were taken away, goes on answering for a stream that takes
 * nothing more, until it is restarted or the stream is made anew. So that is done: what was in it is transport, and its
 * sources send again whatever has no receipt. A stream that has no room by its own limit is left as it is.
 */
export function createStreamKeeper(
  { log, metrics }: Pick<Runtime, "log" | "metrics">,
  events: EventLink,
  specs: readonly StreamSpec[],
): StreamKeeper {
  const faults = new Map<string, string>();

  async function keep(spec: StreamSpec, signal: AbortSignal): Promise<void> {
    const stream = spec.name;
    let failures = 0;
    let known = false;
    let removedAt = Number.NEGATIVE_INFINITY;

    async function look(): Promise<void> {
      if ((await events.ensureStream(spec)) && known) {
        log.warn({ stream }, "a stream was gone and was made anew: what was in it is sent again");
        metrics.count("streams_made_anew", { stream });
      }
      known = true;
      await events.probeStream(spec);
      if (faults.delete(stream)) log.info({ stream }, "a stream works again");
      failures = 0;
    }

    async function failed(error: unknown): Promise<void> {
      failures += 1;
      // That is the link's own state, and says nothing of the stream.
      if (!events.status().connected) return;
      const told = error instanceof Refusal ? `${error.reason}: ${error.message}` : String(error);
      if (!faults.has(stream)) log.warn({ stream, cause: told }, "a stream cannot be used now");
      faults.set(stream, told);
      const full = error instanceof Refusal && error.reason === "STORE_FULL";
      if (failures < FAILURES || full || performance.now() - removedAt < ANEW_MS) return;
      await events.removeStream(stream);
      removedAt = performance.now();
      log.error({ stream, cause: told }, "a stream takes nothing more: it is made anew");
    }

    while (!signal.aborted) {
      await look()
        .catch(failed)
        .catch((error: unknown) => log.debug({ stream, cause: String(error) }, "a stream cannot be removed now"));
      metrics.gauge("stream_fault", faults.has(stream) ? 1 : 0, { stream });
      await pause(failures > 0 ? AGAIN_MS : LOOK_MS, signal);
    }
  }

  return {
    async run(signal) {
      await Promise.all(specs.map((spec) => keep(spec, signal)));
    },
    fault: (stream) => faults.get(stream),
  };
}
