import { type ChildProcess, fork } from "node:child_process";
import { Refusal } from "../../services/domain/refusal.ts";
import type { DriverAnswer, DriverRequest, FromDriver, ToDriver, TokenOptions } from "./driver-protocol.ts";

/** A request on its way, with how often a driver has died over it. */
export interface DriverJob {
  request: DriverRequest;
  deaths: number;
  settle(answer: DriverAnswer | Refusal): void;
}

/** What a driver process is run with. */
export interface DriverOptions {
  token: TokenOptions;
  /** Variables that the vendor's library needs, for example SOFTHSM2_CONF. */
  environment: Readonly<Record<string, string>>;
  /** Milliseconds after which a driver that does not answer a batch is taken for hung, and killed. */
  answerTimeoutMs: number;
  random: () => number;
  onRestart: (cause: string) => void;
}

/** Where drivers get their work from and put back what a dead one left. */
export interface DriverQueue {
  take(count: number): DriverJob[];
  putBack(jobs: DriverJob[]): void;
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
const PROGRAM = new URL("./driver-process.ts", import.meta.url);

/**
 * Starts a driver process and keeps it running: a dead or hung one is replaced after a pause that doubles, with jitter, up
 * to 10 s and begins anew with each answer. Jobs that a dead driver had are put back once; over the second death they are
 * refused with `DEVICE_FAULT`.
 */
export function startDriver(queue: DriverQueue, options: DriverOptions): Driver {
  let child: ChildProcess | undefined;
  let flying = new Map<number, { jobs: DriverJob[]; timer: NodeJS.Timeout }>();
  let batchId = 0;
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;
  let closed = false;

  function wake(): void {
    while (child?.connected && flying.size < BATCHES_IN_FLIGHT) {
      const jobs = queue.take(BATCH);
      if (jobs.length === 0) return;
      const id = ++batchId;
      const running = child;
      const timer = setTimeout(() => running.kill("SIGKILL"), options.answerTimeoutMs);
      flying.set(id, { jobs, timer });
      send(running, { kind: "batch", id, requests: jobs.map(({ request }) => request) });
    }
  }

  function start(): void {
    const { execPath } = process;
    const env = { ...process.env, ...options.environment };
    // Flags of the parent (test runners, inspectors) are not for the driver.
    const started = fork(PROGRAM, { serialization: "advanced", execPath, execArgv: [], env, stdio: STDIO });
    child = started;
    started.on("message", (message: FromDriver) => onAnswers(message));
    started.on("error", () => undefined);
    started.once("exit", (code, signal) => onExit(started, signal ?? `exit code ${code}`));
    send(started, { kind: "open", options: options.token });
    wake();
  }

  function onAnswers({ id, answers }: FromDriver): void {
    const batch = flying.get(id);
    if (!batch) return;
    failures = 0;
    clearTimeout(batch.timer);
    flying.delete(id);
    wake();
    for (const [index, job] of batch.jobs.entries()) job.settle(answers[index] ?? driverDied("a short answer"));
  }

  function onExit(ended: ChildProcess, cause: string): void {
    if (ended !== child) return;
    child = undefined;
    const lost = [...flying.values()];
    flying = new Map();
    for (const { timer } of lost) clearTimeout(timer);
    const jobs = lost.flatMap((batch) => batch.jobs);
    for (const job of jobs) job.deaths++;
    queue.putBack(jobs.filter(({ deaths }) => deaths < 2));
    for (const job of jobs) if (job.deaths >= 2) job.settle(driverDied(cause));
    if (closed) return;
    options.onRestart(cause);
    const pause = Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** failures++);
    restart = setTimeout(start, pause * (0.5 + options.random() / 2));
  }

  start();
  return {
    wake,
    pid: () => child?.pid,
    async close() {
      closed = true;
      clearTimeout(restart);
      const ending = child;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = new Promise((resolve) => ending.once("exit", resolve));
      const timer = setTimeout(() => ending.kill("SIGKILL"), options.answerTimeoutMs);
      if (ending.connected) ending.disconnect();
      await ended;
      clearTimeout(timer);
    },
  };
}

const STDIO: ("ignore" | "inherit" | "ipc")[] = ["ignore", "ignore", "inherit", "ipc"];

function send(child: ChildProcess, message: ToDriver): void {
  // A failed send means that the child is gone; its exit is what is acted on.
  child.send(message, () => undefined);
}

function driverDied(cause: string): Refusal {
  return new Refusal("DEVICE_FAULT", `the device's driver ended twice over this request (${cause})`, {
    retryAfterMs: 2_000,
    metadata: { cause },
  });
}
