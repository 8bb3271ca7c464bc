import { afterEach, expect, test } from "vitest";
import { createThreadPool, type ThreadPool, type ThreadPoolOptions } from "../../services/base/thread-pool.ts";
import type { OddJob } from "./odd-jobs.ts";

const pools: ThreadPool<OddJob, string>[] = [];
function open(more: Partial<ThreadPoolOptions> = {}): ThreadPool<OddJob, string> {
  const entry = new URL("./odd-jobs.ts", import.meta.url);
  const pool = createThreadPool<OddJob, string>({ entry, what: "an odd job", threads: 1, maxWaiting: 10, ...more });
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

const echo = (text: string): OddJob => ({ what: "echo", text });

test("a job that takes too long is ended and refused; the next one finds a new thread", async () => {
  const pool = open({ maxMs: 50 });
  const jobs = await Promise.allSettled([pool.run({ what: "spin" }), pool.run({ what: "spin" })]);
  for (const job of jobs) {
    expect(job).toMatchObject({ reason: { reason: "DEADLINE_EXCEEDED", message: "an odd job took more than 50 ms" } });
  }
  await pool.close();
  // Without a limit of time, since an echo on a busy machine may be slow as well.
  expect(await open().run(echo("next"))).toBe("next");
});

test("a job that needs too much memory is refused, and the process and the other jobs live on", async () => {
  const pool = open({ resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8 } });
  const [hoarder, next] = await Promise.allSettled([pool.run({ what: "hoard" }), pool.run(echo("next"))]);
  expect(hoarder).toMatchObject({ reason: { reason: "TOO_LARGE" } });
  expect(next).toMatchObject({ value: "next" });
});

test("refusals keep their reason, details and advice; defects and threads that leave become errors of their one job", async () => {
  const pool = open();
  await expect(pool.run({ what: "refuse" })).rejects.toMatchObject({
    reason: "INVALID_FIELD",
    metadata: { why: "so" },
    retryAfterMs: 7,
  });
  await expect(pool.run({ what: "throw" })).rejects.toThrow(/an odd job failed: TypeError: a defect/);
  await expect(pool.run({ what: "leave" })).rejects.toThrow(/the thread for an odd job died/);
  expect(await pool.run(echo("next"))).toBe("next");
});

test("threads that never come up fail the jobs instead of letting them wait for ever", async () => {
  const pool = open({ entry: new URL("./no-such-module.ts", import.meta.url), threads: 2 });
  for (const job of await Promise.allSettled([1, 2, 3].map(() => pool.run(echo("never"))))) {
    expect(job.status).toBe("rejected");
  }
});

test("threads that may rest are started as jobs come, ended after a time without, and started again", async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const ports = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length - before;
  const pool = open({ idleMs: 20, threads: 2 });
  expect(ports()).toBe(0);
  for (const text of ["first", "again"]) {
    expect(await pool.run(echo(text))).toBe(text);
    await expect.poll(ports, { timeout: 60_000 }).toBe(0);
  }
});

test("a thread may load before its first job comes, and jobs that come one after the other start no more of them", async () => {
  const started = new Int32Array(new SharedArrayBuffer(4));
  const pool = open({ threads: 3, workerData: started });
  pool.warm();
  pool.warm();
  await expect.poll(() => started[0], { timeout: 60_000 }).toBe(1);
  for (const text of ["first", "second", "third"]) expect(await pool.run(echo(text))).toBe(text);
  expect(started[0]).toBe(1);
  expect(await Promise.all(["a", "b", "c"].map((text) => pool.run(echo(text))))).toEqual(["a", "b", "c"]);
});
