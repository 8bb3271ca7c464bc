import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { tied } from "../servers/tied.mjs";
import { COMPILED } from "../setup/compiled.mjs";

/** A program of the trial: what to run, and how to tell that it serves. */
export interface Program {
  name: string;
  /** Script below the project's root. */
  script: string;
  args: string[];
  /** Options of Node itself. */
  node?: readonly string[];
  env?: NodeJS.ProcessEnv;
  logDirectory: string;
  /** Resolves to true once the program serves. Asked again and again. */
  ready: () => Promise<boolean>;
}

/** A running program that can be ended, killed and started again. */
export interface Running {
  readonly name: string;
  readonly logFile: string;
  readonly pid: number;
  /** Asks it to stop (SIGTERM) and waits for its end. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again after it has ended, and waits until it serves. Rejects if it ends before, also by {@link kill}. */
  restart(): Promise<void>;
  /** Resolves when the process that runs now has ended, for whatever reason. */
  ended(): Promise<void>;
}

/** Milliseconds that a program may take until it serves. */
const START_MS = 120_000;
/** Milliseconds that an orderly stop may take. */
const STOP_MS = 12_000;
const ROOT = join(import.meta.dirname, "..", "..");

/** Starts a program, which ends with this process, and resolves once it serves. Rejects with the end of its log if it does not. */
export async function startProgram(program: Program): Promise<Running> {
  const logFile = join(program.logDirectory, `${program.name}.log`);
  let child = launch(program, logFile);
  await served(program, child, logFile);

  const ended = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    ending.kill(signal);
    const timer = setTimeout(() => ending.kill("SIGKILL"), STOP_MS);
    await ended();
    clearTimeout(timer);
  };
  return {
    name: program.name,
    logFile,
    get pid() {
      return child.pid as number;
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    async restart() {
      await end("SIGKILL");
      child = launch(program, logFile);
      await served(program, child, logFile);
    },
    ended,
  };
}

function launch(program: Program, logFile: string): ChildProcess {
  const log = openSync(logFile, "a", 0o600);
  const env = { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...program.env };
  const args = [...(program.node ?? []), join(ROOT, program.script), ...program.args];
  const child = spawn(...tied(process.execPath, args), {
    cwd: ROOT,
    env,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  return child;
}

async function served(program: Program, child: ChildProcess, logFile: string): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    if (await program.ready().catch(() => false)) return;
    await pause(50);
  }
  child.kill("SIGKILL");
  const tail = readFileSync(logFile, "utf8").trim().split("\n").slice(-15).join("\n");
  throw new Error(`${program.name} does not start:\n${tail}`);
}
