/** A command run below this process and in its place: plain Node 20 without npm packages. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { tied } from "../servers/tied.mjs";

/** How often it is looked whether npm is still there above. */
const LOOK_MS = 500;

/**
 * Runs a command with this terminal, and resolves to its exit code (128 and the signal's number where one ended it). What this
 * process is told by SIGINT, SIGTERM or SIGHUP goes on to the command, a second time as SIGKILL where `twice` is "kill"; the
 * command is ended too when this process is gone, and when npm is, which started it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, twice?: "kill" | "again", onStop?: () => void }} [options]
 *   `onStop` hears the first signal.
 * @returns {Promise<number>}
 */
export function runBelow(command, args, { cwd, env = process.env, twice = "again", onStop = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(...tied(command, args, "SIGTERM"), { cwd, stdio: "inherit", env });
    let stopping = false;
    const passOn = (signal) => {
      if (!stopping) onStop();
      // A terminal sends Ctrl-C to the child as well; from elsewhere it comes to us alone.
      const heardItself = signal === "SIGINT" && process.stdin.isTTY;
      if (!heardItself) child.kill(stopping && twice === "kill" ? "SIGKILL" : signal);
      stopping = true;
    };
    const heard = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => [signal, () => passOn(signal)]);
    for (const [signal, hear] of heard) process.on(signal, hear);
    // npm that was killed passes nothing on; whoever starts this without npm may leave.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) child.kill("SIGTERM");
    }, LOOK_MS);
    const end = () => {
      clearInterval(watch);
      for (const [signal, hear] of heard) process.removeListener(signal, hear);
    };
    child.on("error", (error) => {
      end();
      reject(error);
    });
    child.on("exit", (code, signal) => {
      end();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
