import { once } from "node:events";
import { type ResourceLimits, type Transferable, Worker } from "node:worker_threads";
import { Refusal } from "../domain/refusal.ts";
import type { ThreadMessage } from "./serve-jobs.ts";

/** Threads that do jobs of one kind, so that their work never blocks a loop that serves calls. */
export interface ThreadPool<Job, Answer> {
  /**
   * Does a job in the first thread that is free; what `transfer` lists changes hands instead of being copied. Rejects with what
   * the job refuses, `OVERLOADED` if too many wait, `DEADLINE_EXCEEDED` or `TOO_LARGE` if it takes more time or memory than
   * a job may, and `CANCELLED` once the pool is closed.
   */
  run(job: Job, transfer?: readonly Transferable[]): Promise<Answer>;
  /** A job is about to come: starts a thread where none runs, which loads meanwhile. */
  warm(): void;
  /** Ends the threads; jobs that wait or are under way are rejected with `CANCELLED`. */
  close(): Promise<void>;
}

/** Options of {@link createThreadPool}. */
export interface ThreadPoolOptions {
  /** Module that calls `serveJobs`. */
  entry: URL;
  /** What one job is, for refusals: `a face`. */
  what: string;
  threads: number;
  /** Jobs that may wait, all threads together. */
  maxWaiting: number;
  /** Milliseconds that one job may take in its thread; the thread is then ended. Default: no limit. */
  maxMs?: number;
  /** Memory of one thread; a job that needs more ends it. Counts the heap, not the bytes of buffers. */
  resourceLimits?: ResourceLimits;
  /** Given to the module as `workerData`. */
  workerData?: unknown;
  /**
   * Milliseconds after which a thread that has nothing to do is ended. Default: once started, they stay.
   */
  idleMs?: number;
}

interface Waiting<Job, Answer> {
  job: Job;
  transfer: readonly Transferable[];
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

interface Slot<Job, Answer> {
  worker: Worker;
  /** It has loaded its module. Loading is not counted against any job. */
  ready: boolean;
  /** At most one job is under way in a thread; the others wait in the pool, where any free thread takes them. */
  current: Waiting<Job, Answer> | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Runs while it has nothing to do. */
  idle: NodeJS.Timeout | undefined;
  /** Why the pool has ended this thread. */
  verdict: Refusal | undefined;
}

/** Advice to callers who come while too many wait. */
const RETRY_AFTER_MS = 500;

/**
 * Creates a pool. Its threads start at the first job, or where one is told to be near: most processes never have one, and a thread takes a third of a core's start.
 * One that dies is replaced as jobs come; the job that it had is rejected (`INTERNAL` to callers) and not tried again.
 */
export function createThreadPool<Job, Answer>(options: ThreadPoolOptions): ThreadPool<Job, Answer> {
  const { entry, what, threads, maxWaiting, maxMs, resourceLimits, workerData, idleMs } = options;
  const queue: Waiting<Job, Answer>[] = [];
  const slots = new Set<Slot<Job, Answer>>();
  let closed = false;

  function start(): void {
    const worker = new Worker(entry, { workerData, ...(resourceLimits !== undefined && { resourceLimits }) });
    const slot: Slot<Job, Answer> = {
      worker,
      ready: false,
      current: undefined,
      timer: undefined,
      idle: undefined,
      verdict: undefined,
    };
    slots.add(slot);
    // The pool does not keep the process alive while it has nothing to do.
    worker.unref();
    worker.on("message", (message: ThreadMessage<Answer>) => {
      slot.ready = true;
      const done = release(slot);
      if (done !== undefined) settle(done, message, what);
      pump();
    });
    let cause: unknown;
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => {
      slots.delete(slot);
      clearTimeout(slot.idle);
      // One that never came up takes a job with it: otherwise all would wait for ever.
      const lost = release(slot) ?? (slot.ready ? undefined : queue.shift());
      lost?.reject(closed ? cancelled(what) : (slot.verdict ?? deathOf(cause, what)));
      if (!closed) pump();
    });
  }

  function rest(slot: Slot<Job, Answer>): void {
    slot.worker.unref();
    if (idleMs === undefined) return;
    slot.idle ??= setTimeout(() => {
      slots.delete(slot);
      void slot.worker.terminate();
    }, idleMs).unref();
  }

  function release(slot: Slot<Job, Answer>): Waiting<Job, Answer> | undefined {
    clearTimeout(slot.timer);
    const { current } = slot;
    slot.current = undefined;
    return current;
  }

  /** Threads that take a job now, or once they have loaded. */
  function able(): number {
    return [...slots].filter(({ current, verdict }) => current === undefined && verdict === undefined).length;
  }

  function pump(): void {
    // No more than wait for one: a thread that is loading or free takes a job as well, and loading is dear.
    while (slots.size < threads && queue.length > able()) start();
    for (const slot of slots) {
      if (slot.current !== undefined || !slot.ready || slot.verdict !== undefined) continue;
      slot.current = queue.shift();
      if (slot.current === undefined) {
        rest(slot);
        continue;
      }
      clearTimeout(slot.idle);
      slot.idle = undefined;
      slot.worker.ref();
      if (maxMs !== undefined) slot.timer = setTimeout(() => end(slot, maxMs), maxMs);
      slot.worker.postMessage(slot.current.job, slot.current.transfer);
    }
    // A thread that is still loading keeps the process alive for the jobs that wait for it.
    if (queue.length > 0) for (const { worker } of slots) worker.ref();
  }

  function end(slot: Slot<Job, Answer>, ms: number): void {
    slot.verdict = new Refusal("DEADLINE_EXCEEDED", `${what} took more than ${ms} ms`);
    void slot.worker.terminate();
  }

  return {
    warm() {
      if (!closed && slots.size === 0) start();
    },
    run: (job, transfer = []) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(cancelled(what));
        if (queue.length >= maxWaiting) {
          return reject(new Refusal("OVERLOADED", `too many wait for ${what}`, { retryAfterMs: RETRY_AFTER_MS }));
        }
        queue.push({ job, transfer, resolve, reject });
        pump();
      }),
    async close() {
      closed = true;
      for (const waiting of queue.splice(0)) waiting.reject(cancelled(what));
      await Promise.all([...slots].map(endLoaded));
    },
  };
}

/**
 * Ends a thread, but not while it loads its module: an engine that is told to stop while it compiles may take the whole
 * process with it (seen once in some thousand starts).
 */
async function endLoaded({ worker, ready }: Slot<unknown, unknown>): Promise<void> {
  if (!ready) {
    worker.ref();
    await Promise.race([once(worker, "message"), once(worker, "exit")]).catch(() => undefined);
  }
  await worker.terminate();
}

function settle<Answer>(waiting: Waiting<unknown, Answer>, message: ThreadMessage<Answer>, what: string): void {
  if ("answer" in message) waiting.resolve(message.answer);
  else if ("refusal" in message) {
    const { reason, message: text, fields, metadata, retryAfterMs } = message.refusal;
    const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
    waiting.reject(new Refusal(reason, text, { fields, metadata, ...retry }));
  } else if ("failure" in message) waiting.reject(new Error(`${what} failed: ${message.failure}`));
}

function deathOf(cause: unknown, what: string): Error {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") return new Refusal("TOO_LARGE", `${what} needs more memory than it may`);
  return new Error(`the thread for ${what} died`, { cause });
}

function cancelled(what: string): Refusal {
  return new Refusal("CANCELLED", `the threads for ${what} are closed`);
}
