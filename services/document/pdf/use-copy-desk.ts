import { createThreadPool, type ThreadPool } from "../../base/thread-pool.ts";
import type { FontFile } from "../font/font-file.ts";
import type { CopyNote } from "./use-copy.ts";
import type { CopyAnswer, CopyJob } from "./use-copy-protocol.ts";

/** Makes copies for one use (加注件) in a thread of its own. */
export interface CopyDesk {
  /** See `useCopyPdf`. Refuses also `OVERLOADED`, `DEADLINE_EXCEEDED`, `TOO_LARGE` and `CANCELLED`, as threads do. */
  make(original: Uint8Array, note: CopyNote): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Copies are for people at counters: more are told to come again. */
const MAX_WAITING = 20;
/** Most milliseconds of the thread that a copy may take. */
const MAX_MS = 10_000;
/** Heap of the thread, MiB: fonts and files lie outside of it. */
const MAX_HEAP_MB = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };
const IDLE_MS = 60_000;

/** Creates it; its thread starts with the first copy. */
export function createCopyDesk(fonts?: readonly FontFile[]): CopyDesk {
  let pool: ThreadPool<CopyJob, CopyAnswer> | undefined;
  return {
    async make(original, note) {
      pool ??= createThreadPool<CopyJob, CopyAnswer>({
        entry: new URL("./use-copy-worker.ts", import.meta.url),
        what: "a copy for one use",
        threads: 1,
        maxWaiting: MAX_WAITING,
        maxMs: MAX_MS,
        resourceLimits: MAX_HEAP_MB,
        idleMs: IDLE_MS,
        workerData: { fonts },
      });
      // The caller's octets may be a part of a larger message: only a copy changes hands.
      const own = new Uint8Array(original);
      return (await pool.run({ original: own, note }, [own.buffer])).pdf;
    },
    close: async () => pool?.close(),
  };
}
