import { workerData } from "node:worker_threads";
import { serveJobs } from "../../services/base/serve-jobs.ts";
import { Refusal } from "../../services/domain/refusal.ts";

/* A thread that does what threads should not do, for the tests of the pool. */

export type OddJob = { what: "echo"; text: string } | { what: "spin" | "hoard" | "refuse" | "throw" | "leave" };

// How many of them were started, for a test that asks.
if (workerData instanceof Int32Array) Atomics.add(workerData, 0, 1);

serveJobs<OddJob, string>((job) => {
  if (job.what === "echo") return job.text;
  if (job.what === "refuse") throw new Refusal("INVALID_FIELD", "no", { metadata: { why: "so" }, retryAfterMs: 7 });
  if (job.what === "throw") throw new TypeError("a defect");
  if (job.what === "leave") process.exit(0);
  const kept: object[] = [];
  for (;;) if (job.what === "hoard") kept.push({ text: String(kept.length) });
});
