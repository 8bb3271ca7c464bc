import { Refusal } from "../../services/domain/refusal.ts";
import type { DriverFault } from "./ckr.ts";
import { type DriverJob, type DriverQueue, type LaunchDriver, startDriver } from "./driver.ts";

/** How the driver processes of a device are kept. */
export interface PoolOptions {
  /** Driver processes; each does one thing at a time. Default 1. */
  processes?: number;
  /** Milliseconds that a batch of 64 may take before its driver is taken for hung. Default 30,000. */
  answerTimeoutMs?: number;
  /** Called whenever a driver ended and is started again; for log and metrics. */
  onRestart?: (cause: string) => void;
  /** Source of jitter. */
  random?: () => number;
}

/** Driver processes that share one queue. */
export interface DriverPool<Request, Answer> {
  /** Has one of them answer. Rejects with a `Refusal`. */
  ask(request: Request): Promise<Answer & { ok: true }>;
  /** Process ids of the drivers that run now. */
  pids(): number[];
  /** Ends the processes; unanswered requests are refused with `CANCELLED`. */
  close(): Promise<void>;
}

/** A job that no driver took for this long is refused: every driver is being restarted. */
const QUEUE_TIMEOUT_MS = 15_000;

/** Starts the driver processes of a device. `refusalOf` tells what a fault of theirs means. */
export function createDriverPool<Request, Answer extends { ok: true } | { ok: false; fault: DriverFault }>(
  launch: LaunchDriver<Request, Answer>,
  refusalOf: (fault: DriverFault) => Refusal,
  options: PoolOptions,
): DriverPool<Request, Answer> {
  type Job = DriverJob<Request, Answer>;
  const waiting: { job: Job; timer: NodeJS.Timeout }[] = [];
  let closed = false;

  const queue: DriverQueue<Request, Answer> = {
    take: (count) =>
      waiting.splice(0, count).map(({ job, timer }) => {
        clearTimeout(timer);
        return job;
      }),
    putBack: (jobs) => {
      waiting.unshift(...jobs.map(enqueued));
      wakeAll();
    },
  };
  const drivers = Array.from({ length: options.processes ?? 1 }, () =>
    startDriver(launch, queue, {
      answerTimeoutMs: options.answerTimeoutMs ?? 30_000,
      random: options.random ?? Math.random,
      onRestart: options.onRestart ?? (() => undefined),
    }),
  );
  let woken = false;
  let first = 0;

  function wakeAll(): void {
    if (woken) return;
    woken = true;
    // One message takes all requests of this turn; drivers take turns at being asked first.
    setImmediate(() => {
      woken = false;
      first++;
      for (let index = 0; index < drivers.length; index++) drivers[(first + index) % drivers.length]?.wake();
    });
  }

  function enqueued(job: Job) {
    const timer = setTimeout(() => {
      waiting.splice(
        waiting.findIndex((entry) => entry.job === job),
        1,
      );
      job.settle(new Refusal("DEVICE_FAULT", "the device's driver does not start", { retryAfterMs: 5_000 }));
    }, QUEUE_TIMEOUT_MS);
    return { job, timer };
  }

  const settleAll = () => {
    for (const job of queue.take(waiting.length)) job.settle(closedRefusal());
  };

  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(closedRefusal());
        const settle = (answer: Answer | Refusal) => {
          if (answer instanceof Refusal) reject(answer);
          else if (answer.ok) resolve(answer as Answer & { ok: true });
          else reject(refusalOf(answer.fault));
        };
        waiting.push(enqueued({ request, deaths: 0, settle }));
        wakeAll();
      }),
    pids: () => drivers.flatMap((driver) => driver.pid() ?? []),
    async close() {
      closed = true;
      settleAll();
      await Promise.all(drivers.map((driver) => driver.close()));
      settleAll();
    },
  };
}

function closedRefusal(): Refusal {
  return new Refusal("CANCELLED", "the device was closed");
}
