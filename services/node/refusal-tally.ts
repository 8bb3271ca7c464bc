import { pause } from "../base/pause.ts";
import type { JsonObject } from "../domain/canonical.ts";
import type { Runtime } from "./runtime.ts";

/** How often counts become evidence. */
const EVERY_MS = 60_000;
/** Lines of one minute at most, and the name of all that is beyond. */
const MOST_LINES = 1_000;
const OTHERS = "others";

/**
 * Counts refusals, so that nobody fills the evidence by being refused. The chain of evidence gets one line per name and minute with the count, and the
 * rest when the service stops; names of nobody share one line, and so do those beyond `most`. A process that is killed loses the counts of its last
 * minute and nothing else.
 */
export interface RefusalTally {
  /** `undefined`: the name is nobody's. `told`: what the line says instead of the name; of several the last counts. */
  count(name: string | undefined, told?: JsonObject): void;
  /** Writes the lines of what was counted since the last time. */
  flush(): Promise<void>;
  /** Writes the rest; call it when nothing is counted any more. */
  close(): Promise<void>;
}

/** How the lines of a tally look: their kind, the member that has the name, and how many come in a minute at most (default 1,000). */
export interface RefusalLines {
  kind: string;
  member: string;
  most?: number;
}

interface Counted {
  count: number;
  told: JsonObject;
}

/** Starts the tally of one process. */
export function startRefusalTally(
  { evidence, log, now, signal }: Pick<Runtime, "evidence" | "log" | "now" | "signal">,
  { kind, member, most = MOST_LINES }: RefusalLines,
): RefusalTally {
  let counts = new Map<string, Counted>();
  let since = now();
  const closing = new AbortController();
  const ended = AbortSignal.any([signal, closing.signal]);
  const running = run();
  return {
    count(name = "unknown", told = { [member]: name }) {
      if (counts.has(name) || counts.size < most) add(name, { count: 1, told });
      else add(OTHERS, { count: 1, told: { [member]: OTHERS } });
    },
    flush,
    async close() {
      closing.abort();
      await running;
      await flush();
    },
  };

  function add(name: string, { count, told }: Counted): void {
    counts.set(name, { count: count + (counts.get(name)?.count ?? 0), told });
  }

  async function run(): Promise<void> {
    while (!ended.aborted) {
      await pause(EVERY_MS, ended, { ref: false });
      if (!ended.aborted) {
        await flush().catch((error: unknown) =>
          log.error({ error: String(error) }, "refusals could not be written as evidence; trying again"),
        );
      }
    }
  }

  async function flush(): Promise<void> {
    const taken = [...counts];
    const from = since.toISOString();
    counts = new Map();
    since = now();
    for (const [index, [, { count, told }]] of taken.entries()) {
      try {
        await evidence.append(kind, { ...told, count, from, to: since.toISOString() });
      } catch (error) {
        for (const [missed, counted] of taken.slice(index)) add(missed, counted);
        throw error;
      }
    }
  }
}
