import { pause } from "../base/pause.ts";
import type { Runtime } from "./runtime.ts";

/** How often counts become evidence. */
const EVERY_MS = 60_000;

/**
 * Counts refused secrets. The chain of evidence gets one line per name and minute with the count, and the rest when the service
 * stops; names of nobody share one line. A process that is killed loses the counts of its last minute and nothing else.
 */
export interface GuessTally {
  /** `undefined`: the name is nobody's. */
  count(name: string | undefined): void;
  /** Writes the lines of what was counted since the last time. */
  flush(): Promise<void>;
  /** Writes the rest; call it when nothing is counted any more. */
  close(): Promise<void>;
}

/** How the lines of a tally look: their kind, and the member that names whose secret was guessed. */
export interface GuessLines {
  kind: string;
  member: string;
}

/** Starts the tally of one process. */
export function startGuessTally(
  { evidence, log, now, signal }: Pick<Runtime, "evidence" | "log" | "now" | "signal">,
  { kind, member }: GuessLines,
): GuessTally {
  let counts = new Map<string, number>();
  let since = now();
  const closing = new AbortController();
  const ended = AbortSignal.any([signal, closing.signal]);
  const running = run();
  return {
    count(name = "unknown") {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    flush,
    async close() {
      closing.abort();
      await running;
      await flush();
    },
  };

  async function run(): Promise<void> {
    while (!ended.aborted) {
      await pause(EVERY_MS, ended, { ref: false });
      if (!ended.aborted) {
        await flush().catch((error: unknown) =>
          log.error({ error: String(error) }, "refused secrets could not be written as evidence; trying again"),
        );
      }
    }
  }

  async function flush(): Promise<void> {
    const taken = [...counts];
    const from = since.toISOString();
    counts = new Map();
    since = now();
    for (const [index, [name, count]] of taken.entries()) {
      try {
        await evidence.append(kind, { [member]: name, count, from, to: since.toISOString() });
      } catch (error) {
        for (const [missed, times] of taken.slice(index)) counts.set(missed, (counts.get(missed) ?? 0) + times);
        throw error;
      }
    }
  }
}
