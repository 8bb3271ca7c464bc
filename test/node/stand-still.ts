import { readdir, readFile } from "node:fs/promises";
import { expect } from "vitest";
import { eventually } from "./eventually.ts";

/**
 * Does something while processes stand still (SIGSTOP); they go on afterwards, whatever comes of it. The signal reaches the
 * threads of a process one by one: work begins when none of them runs any more, so that nothing asked by then is answered.
 */
export async function standingStill(pids: readonly number[], work: () => Promise<void>): Promise<void> {
  try {
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    for (const pid of pids) await eventually(async () => expect(await running(pid)).toEqual([]));
    await work();
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
}

async function running(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, "utf8").catch(() => ") X"));
  // The state is the letter behind the name, which stands in brackets and may hold any character.
  const states = (await Promise.all(stats)).map((stat) => stat.charAt(stat.lastIndexOf(")") + 2));
  return states.filter((state) => state !== "T" && state !== "X");
}
