import { setTimeout as pause } from "node:timers/promises";

/** Calls at an even pace. */
export interface Paced {
  /** When each call was answered, by `performance.now()`. */
  readonly answered: readonly number[];
  /** Reasons of refused calls. */
  readonly refused: readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts workers that each begin a call every so many milliseconds, well below what the servers can do. One that is kept waiting leaves
 * out what it is late for, as a user does, so that every call which is missing afterwards is throughput lost.
 */
export function startPaced(workers: number, periodMs: number, call: () => Promise<unknown>): Paced {
  const answered: number[] = [];
  const refused: string[] = [];
  let stopping = false;
  const begun = performance.now();
  const work = async (worker: number) => {
    let turn = worker / workers;
    while (!stopping) {
      await pause(Math.max(0, begun + turn * periodMs - performance.now()));
      await call().then(
        () => answered.push(performance.now()),
        (error: unknown) => refused.push(String(error)),
      );
      const missed = Math.floor((performance.now() - begun) / periodMs - turn);
      turn += Math.max(1, missed);
    }
  };
  const working = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return {
    answered,
    refused,
    async stop() {
      stopping = true;
      await working;
    },
  };
}

/** Answers a second between two moments. */
export function rateOf(answered: readonly number[], from: number, to: number): number {
  return (answered.filter((at) => at >= from && at < to).length * 1_000) / (to - from);
}

/** Seconds' worth of answers that are missing between two moments, at a rate of answers a second. */
export function lostSeconds(answered: readonly number[], from: number, to: number, rate: number): number {
  return (1 - rateOf(answered, from, to) / rate) * ((to - from) / 1_000);
}
