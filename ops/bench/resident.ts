import { readFileSync } from "node:fs";

/** Resident memory of a process by `/proc`, bytes; `undefined` where it has ended. */
export function residentBytes(pid: number): number | undefined {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line ? Number(line[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** Growth of a series behind its first third, as a share: the median of its last tenth against that of the tenth behind the first third. */
export function growthOf(samples: readonly number[]): number {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const third = Math.floor(samples.length / 3);
  const before = middle(samples.slice(third, third + tenth));
  return middle(samples.slice(-tenth)) / before - 1;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
