import { pause } from "../base/pause.ts";
import { completeFoundBy } from "./archive/complete-found-by.ts";
import type { SyncContext } from "./context.ts";
import { linkStates } from "./link/link-states.ts";
import type { SyncOptions } from "./options.ts";
import type { OutboxRelay } from "./send/outbox-relay.ts";

/** First pause before a node is asked again that could not be compared with. */
const COMPARE_AGAIN_MS = 500;

/** Starts relaying, applying, comparing. It ends with the runtime's signal; `stop` waits for that. */
export function startBackground(context: SyncContext, options: SyncOptions): { stop(): Promise<void> } {
  const { runtime, links, relays, streams } = context;
  const { log } = runtime;
  const stopping = new AbortController();
  const signal = AbortSignal.any([runtime.signal, stopping.signal]);

  const tasks = [
    ...links.map((link) =>
      supervise(`link ${link.peer.node}`, () => link.run(signal, (row) => relays.get(row.source)?.confirmed(row))),
    ),
    ...[...relays].map(([source, relay]: [string, OutboxRelay]) =>
      supervise(`relay ${source}`, () => relay.run(signal)),
    ),
    supervise("standing", () => context.standings.run(signal)),
    supervise("measures", measure),
    backfillOnce(),
    supervise("what the archive is searched by", () => completeFoundBy(runtime, signal)),
  ];
  const { following } = context;
  if (following) tasks.push(supervise("settled forks", () => following.run(signal)));
  if (streams) tasks.push(supervise("streams", () => streams.run(signal)));
  if (context.compare && options.compareEveryMs > 0) {
    // Each for itself: a node that is slow or hostile keeps no other from being compared.
    for (const { peer } of links) tasks.push(supervise(`comparison ${peer.node}`, () => compareAgain(peer.node)));
  }

  /**
   * Runs a task again should it fail in a way that nobody foresaw. One that has ended had nothing to do, like the streams of a province
   * that has no node yet: run again, it would end at once for ever.
   */
  async function supervise(name: string, task: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await task();
        return;
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

  /** At once: a node that was put back to an older copy must not wait for it. Who cannot be asked now is asked again soon, then less often. */
  async function compareAgain(node: string): Promise<void> {
    for (let wait = COMPARE_AGAIN_MS; !signal.aborted; ) {
      try {
        await context.compare?.with(node, signal);
        wait = COMPARE_AGAIN_MS;
        await pause(options.compareEveryMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        log.info({ node, cause: String(error) }, "archives cannot be compared now");
        await pause(Math.min(wait, options.compareEveryMs), signal);
        wait = Math.min(wait * 2, options.compareEveryMs);
      }
    }
  }

  async function measure(): Promise<void> {
    const { metrics, events } = runtime;
    let told = { reconnects: 0, errors: 0 };
    while (!signal.aborted) {
      for (const { node, connected, pending, lagMs } of await linkStates(context, signal)) {
        metrics.gauge("link_connected", connected ? 1 : 0, { peer: node });
        metrics.gauge("link_pending", Number(pending), { peer: node });
        metrics.gauge("link_lag_seconds", Number(lagMs) / 1_000, { peer: node });
      }
      const { reconnects, errors } = events?.status() ?? told;
      metrics.count("link_reconnects_total", {}, reconnects - told.reconnects);
      metrics.count("link_broker_errors_total", {}, errors - told.errors);
      told = { reconnects, errors };
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
