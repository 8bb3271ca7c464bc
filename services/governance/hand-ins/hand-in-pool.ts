import { createThreadPool, type ThreadPool } from "../../base/thread-pool.ts";
import type { HandInJob, ReadHandIn } from "./read-hand-in.ts";

/** One thread that reads lists, so that whoever serves calls does not wait for them. It ends when nothing comes for a while. */
export function createHandInPool(): ThreadPool<HandInJob, ReadHandIn> {
  return createThreadPool({
    entry: new URL("./hand-in-worker.ts", import.meta.url),
    what: "a list that is handed in",
    threads: 1,
    maxWaiting: 20,
    maxMs: 20_000,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
    idleMs: 10_000,
  });
}
