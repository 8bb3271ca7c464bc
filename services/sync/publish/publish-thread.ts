import type { Transferable } from "node:worker_threads";
import { createThreadPool } from "../../base/thread-pool.ts";
import type { PublishAnswer, PublishJob } from "./publish-worker.ts";

/** Does one job in a thread that lives as long as the job: it comes every ten minutes at most. */
export async function inThread(job: PublishJob, transfer: readonly Transferable[] = []): Promise<PublishAnswer> {
  const pool = createThreadPool<PublishJob, PublishAnswer>({
    entry: new URL("./publish-worker.ts", import.meta.url),
    what: "something to publish",
    threads: 1,
    maxWaiting: 1,
  });
  try {
    return await pool.run(job, transfer);
  } finally {
    await pool.close();
  }
}
