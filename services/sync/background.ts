import type { SyncContext } from "./context.ts";
import { linkState } from "./link-state.ts";
import type { SyncOptions } from "./options.ts";
import type { OutboxRelay } from "./outbox-relay.ts";
import { pause } from "./pause.ts";
import { streamsOf } from "./topology.ts";

/** Pause between two looks at whether the streams still exist; the hub may have lost its disk. */
const STREAMS_MS = 10_000;

/** Starts relaying, applying, comparing. It ends with the runtime's signal; `stop` waits for that. */
export function startBackground(context: SyncContext, options: SyncOptions): { stop(): Promise<void> } {
  const { runtime, links, relays } = context;
  const { log, config } = runtime;
  const stopping = new AbortController();
  const signal = AbortSignal.any([runtime.signal, stopping.signal]);
  const atProvince = config.node.role === "province";

  const tasks = [
    ...links.map((link) =>
      supervise(`link ${link.peer.node}`, () => link.run(signal, (row) => relays.get(row.source)?.confirmed(row))),
    ),
    ...[...relays].map(([source, relay]: [string, OutboxRelay]) =>
      supervise(`relay ${source}`, () => relay.run(signal)),
    ),
    supervise("measures", measure),
    backfillOnce(),
  ];
  if (atProvince && links.length > 0) tasks.push(supervise("streams", keepStreams));
  if (context.compare && options.compareEveryMs > 0) {
    // Each for itself: a node that is slow or hostile keeps no other from being compared.
    for (const { peer } of links) tasks.push(supervise(`comparison ${peer.node}`, () => compareAgain(peer.node)));
  }

  /** Runs a task again should it fail in a way that nobody foresaw. */
  async function supervise(name: string, task: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await task();
      } catch (error) {
        log.error({ task: name, cause: error instanceof Error ? error.stack : String(error) }, "a task failed");
        await pause(1_000, signal);
      }
    }
  }

  /** Until it is done; `supervise` would call it again. */
  async function backfillOnce(): Promise<void> {
    while (!context.backfill.done && !signal.aborted) {
      try {
        await context.backfill.run(signal);
      } catch (error) {
        log.error({ cause: String(error) }, "archived records cannot be completed now");
        await pause(1_000, signal);
      }
    }
  }

  async function keepStreams(): Promise<void> {
    while (!signal.aborted) {
      let kept = true;
      for (const spec of links.flatMap(({ peer }) => streamsOf(peer, options.streamBytes))) {
        try {
          await runtime.events?.ensureStream(spec);
        } catch (error) {
          kept = false;
          log.debug({ stream: spec.name, cause: String(error) }, "a stream cannot be kept now");
        }
      }
      await pause(kept ? STREAMS_MS : 500, signal);
    }
  }

  async function compareAgain(node: string): Promise<void> {
    while (!signal.aborted) {
      await pause(options.compareEveryMs, signal);
      if (signal.aborted) return;
      try {
        const outcome = await context.compare?.with(node, signal);
        log.info({ node, ...outcome }, "archives compared");
      } catch (error) {
        log.info({ node, cause: String(error) }, "archives cannot be compared now");
      }
    }
  }

  async function measure(): Promise<void> {
    while (!signal.aborted) {
      for (const link of links) {
        const { node, connected, pending, lagMs } = linkState(link, runtime);
        runtime.metrics.gauge("link_connected", connected ? 1 : 0, { peer: node });
        runtime.metrics.gauge("link_pending", Number(pending), { peer: node });
        runtime.metrics.gauge("link_lag_seconds", Number(lagMs) / 1_000, { peer: node });
      }
      await pause(5_000, signal);
    }
  }

  return {
    async stop() {
      stopping.abort();
      await Promise.all(tasks);
    },
  };
}
