import { createThreadPool, type ThreadPool } from "../../base/thread-pool.ts";
import type { BulletinContent } from "./bulletin-content.ts";
import type { DrawnBulletin } from "./bulletin-worker.ts";

/** Draws bulletins beside the loop that serves calls. */
export type BulletinPress = ThreadPool<BulletinContent, DrawnBulletin>;

/** Creates the press: one thread, which ends a minute after its last bulletin. A bulletin may take two minutes; eight may wait. */
export function createBulletinPress(): BulletinPress {
  return createThreadPool({
    entry: new URL("./bulletin-worker.ts", import.meta.url),
    what: "a bulletin",
    threads: 1,
    maxWaiting: 8,
    maxMs: 120_000,
    idleMs: 60_000,
  });
}
