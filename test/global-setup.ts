import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder in which the first test that needs it starts the run's one `mongod` (see `fixtures/mongo.ts`). */
    mongodDirectory: string;
  }
}

/** Vitest's global set-up: gives the run a folder for shared servers and ends, by pid, what was started there. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "ecert-test-"));
  project.provide("mongodDirectory", directory);
  return async () => {
    const pid = Number(await readFile(join(directory, "pid"), "utf8").catch(() => ""));
    if (pid > 0) await endProcess(pid);
    await rm(directory, { recursive: true, force: true });
  };
}

async function endProcess(pid: number): Promise<void> {
  // The data are thrown away, so nothing is lost by not asking first.
  if (!signal(pid, "SIGKILL")) return;
  while (signal(pid, 0)) await pause(20);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
