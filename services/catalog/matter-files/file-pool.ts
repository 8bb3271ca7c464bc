import { createThreadPool, type ThreadPool } from "../../base/thread-pool.ts";
import type { FileJob, ReadFile } from "./read-file.ts";

/** Milliseconds that reading the largest file may take. */
const MAX_MS = 60_000;
/** Mebibytes that it may need beside the bytes of its buffers. */
const MAX_MEGABYTES = 256;
/** Of which for what lives shortly. Rows do: with less room for them the thread needs half as much beside the file, and hardly more time. */
const YOUNG_MEGABYTES = 12;

/** One thread that reads files: large ones take seconds, and whoever serves calls must not wait for them. It ends when nothing comes for a while. */
export function createFilePool(): ThreadPool<FileJob, ReadFile> {
  return createThreadPool({
    entry: new URL("./file-worker.ts", import.meta.url),
    what: "a list of matters",
    threads: 1,
    maxWaiting: 20,
    maxMs: MAX_MS,
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES, maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    idleMs: 1_000,
  });
}
