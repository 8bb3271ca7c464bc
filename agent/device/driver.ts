import { Refusal } from "../../services/domain/refusal.ts";

/** A request on its way, with how often a driver has died over it. */
export interface DriverJob<Request, Answer> {
  request: Request;
  deaths: number;
  settle(answer: Answer | Refusal): void;
}

/** A driver process that runs, and the way to it. */
export interface DriverChannel<Request> {
  readonly pid: number | undefined;
  /** False as soon as it is known that the process is going: it gets no more work. */
  isOpen(): boolean;
  /** Sends a batch. A failed send means that the process is gone; its end is what is acted on. */
  send(id: number, requests: readonly Request[]): void;
  kill(): void;
  /** Asks the process to end once it has answered. */
  end(): void;
}

/** What a driver process tells. Answers come in the order of their batch. */
export interface DriverEvents<Answer> {
  answers(id: number, answers: readonly Answer[]): void;
  ended(cause: string): void;
}

/** Starts a driver process. */
export type LaunchDriver<Request, Answer> = (events: DriverEvents<Answer>) => DriverChannel<Request>;

/** What a driver process is run with. */
export interface DriverOptions {
  /** Milliseconds after which a driver that does not answer a batch is taken for hung, and killed. */
  answerTimeoutMs: number;
  random: () => number;
  onRestart: (cause: string) => void;
}

/** Where drivers get their work from and put back what a dead one left. */
export interface DriverQueue<Request, Answer> {
  take(count: number): DriverJob<Request, Answer>[];
  putBack(jobs: DriverJob<Request, Answer>[]): void;
}

/** One driver process that is kept running. */
export interface Driver {
  /** Says that the queue has work. */
  wake(): void;
  /** Process id while it runs; tests kill it. */
  pid(): number | undefined;
  close(): Promise<void>;
}

/** Small enough that a death costs little, large enough that the channel is not what limits. */
const BATCH = 64;
/** One batch is signed while the next waits in the channel, so that the driver never idles. */
const BATCHES_IN_FLIGHT = 2;
const RESTART_MIN_MS = 50;
const RESTART_MAX_MS = 10_000;

/**
 * Starts a driver process and keeps it running: a dead or hung one is replaced after a pause that doubles, with jitter, up
 * to 10 s and begins anew with each answer. Jobs that a dead driver had are put back once; over the second death they are
 * refused with `DEVICE_FAULT`.
 */
export function startDriver<Request, Answer>(
  launch: LaunchDriver<Request, Answer>,
  queue: DriverQueue<Request, Answer>,
  options: DriverOptions,
): Driver {
  let channel: DriverChannel<Request> | undefined;
  let flying = new Map<number, { jobs: DriverJob<Request, Answer>[]; timer: NodeJS.Timeout }>();
  let batchId = 0;
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;
  let closed = false;
  let onClosed: (() => void) | undefined;

  function wake(): void {
    while (channel?.isOpen() && flying.size < BATCHES_IN_FLIGHT) {
      const jobs = queue.take(BATCH);
      if (jobs.length === 0) return;
      const id = ++batchId;
      const running = channel;
      const timer = setTimeout(() => running.kill(), options.answerTimeoutMs);
      flying.set(id, { jobs, timer });
      running.send(
        id,
        jobs.map(({ request }) => request),
      );
    }
  }

  function start(): void {
    channel = launch({ answers: onAnswers, ended: onEnded });
    wake();
  }

  function onAnswers(id: number, answers: readonly Answer[]): void {
    const batch = flying.get(id);
    if (!batch) return;
    failures = 0;
    clearTimeout(batch.timer);
    flying.delete(id);
    wake();
    for (const [index, job] of batch.jobs.entries()) job.settle(answers[index] ?? driverDied("a short answer"));
  }

  function onEnded(cause: string): void {
    channel = undefined;
    const lost = [...flying.values()];
    flying = new Map();
    for (const { timer } of lost) clearTimeout(timer);
    const jobs = lost.flatMap((batch) => batch.jobs);
    for (const job of jobs) job.deaths++;
    queue.putBack(jobs.filter(({ deaths }) => deaths < 2));
    for (const job of jobs) if (job.deaths >= 2) job.settle(driverDied(cause));
    onClosed?.();
    if (closed) return;
    options.onRestart(cause);
    const pause = Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** failures++);
    restart = setTimeout(start, pause * (0.5 + options.random() / 2));
  }

  start();
  return {
    wake,
    pid: () => channel?.pid,
    async close() {
      closed = true;
      clearTimeout(restart);
      const ending = channel;
      if (!ending) return;
      const ended = new Promise<void>((resolve) => {
        onClosed = resolve;
      });
      const timer = setTimeout(() => ending.kill(), options.answerTimeoutMs);
      ending.end();
      await ended;
      clearTimeout(timer);
    },
  };
}

function driverDied(cause: string): Refusal {
  return new Refusal("DEVICE_FAULT", `the device's driver ended twice over this request (${cause})`, {
    retryAfterMs: 2_000,
    metadata: { cause },
  });
}
