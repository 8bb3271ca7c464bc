import { readdirSync, readFileSync } from "node:fs";

/** How long and how often figures are measured. */
export interface Pace {
  /** Seconds of one round. */
  seconds: number;
  /** Rounds; the median of them is the figure. */
  rounds: number;
}

/** Runs an operation over and over from so many callers at once; resolves to operations per second. */
export async function closedLoop(
  callers: number,
  seconds: number,
  operation: (turn: number) => Promise<unknown>,
): Promise<number> {
  let turn = 0;
  let done = 0;
  const start = performance.now();
  const end = start + seconds * 1_000;
  const call = async () => {
    while (performance.now() < end) {
      await operation(turn++);
      done++;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return (done * 1_000) / (performance.now() - start);
}

/**
 * Runs an operation until it was done so many times, or for so many seconds: the engine compiles the code that runs often, which
 * would otherwise be counted in. Resolves to how often it was done.
 */
export async function warmUp(
  callers: number,
  times: number,
  seconds: number,
  operation: (turn: number) => Promise<unknown>,
): Promise<number> {
  let done = 0;
  const end = performance.now() + seconds * 1_000;
  const call = async () => {
    while (done < times && performance.now() < end) await operation(done++);
  };
  await Promise.all(Array.from({ length: callers }, call));
  return done;
}

/** The median; of an even number of values, the lower of the middle ones. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that is at least as large as a share of all values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Measures several things in turn, round by round, so that all of them meet the same weather; the median of each. */
export async function inTurns<K extends string>(
  rounds: number,
  measures: Record<K, () => Promise<number>>,
): Promise<Record<K, number>> {
  const found = new Map<K, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of Object.entries(measures) as [K, () => Promise<number>][]) {
      found.set(name, [...(found.get(name) ?? []), await measure()]);
    }
  }
  return Object.fromEntries([...found].map(([name, values]) => [name, median(values)])) as Record<K, number>;
}

/** Linux counts processor time in these units (USER_HZ, fixed for user space). */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that processes have used, all their threads and living descendants included. Linux only. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + ownCpuSeconds(pid) + cpuSeconds(childrenOf(pid)), 0);
}

function ownCpuSeconds(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold blanks; user and system time are fields 14 and 15 of the whole.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** Direct children of a process. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")
        .split(" ")
        .filter((text) => text.trim() !== "")
        .map(Number),
    );
  } catch {
    return [];
  }
}
