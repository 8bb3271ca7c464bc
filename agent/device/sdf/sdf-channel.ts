import { spawn } from "node:child_process";
import type { LaunchDriver } from "../driver.ts";
import { createAnswerReader, type SdfAnswer, type SdfRequest, writeQuestion } from "./sdf-protocol.ts";

/** How the SDF driver is started. Paths are absolute. */
export interface SdfProgram {
  /** The program made of `sdf-driver.c`. */
  driver: string;
  /** SDF library of the vendor. */
  library: string;
  /** Variables for the vendor's library. */
  environment: Readonly<Record<string, string>>;
}

/** Starts SDF driver processes and speaks to them over their standard streams. */
export function launchSdf({ driver, library, environment }: SdfProgram): LaunchDriver<SdfRequest, SdfAnswer> {
  return ({ answers, ended }) => {
    const child = spawn(driver, [library], {
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const open: { id: number; left: number; answers: SdfAnswer[] }[] = [];
    let over = false;
    const end = (cause: string) => {
      if (over) return;
      over = true;
      ended(cause);
    };
    const read = createAnswerReader((answer) => {
      const [batch] = open;
      if (!batch) return;
      batch.answers.push(answer);
      if (--batch.left > 0) return;
      open.shift();
      answers(batch.id, batch.answers);
    });
    child.stdout.on("data", (chunk: Buffer) => {
      try {
        read(chunk);
      } catch {
        child.kill("SIGKILL");
      }
    });
    // A write to a driver that has gone fails; its end is what is acted on.
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => end(error.message));
    child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
    return {
      pid: child.pid,
      isOpen: () => !over && child.stdin.writable,
      send: (id, requests) => {
        open.push({ id, left: requests.length, answers: [] });
        child.stdin.write(Buffer.concat(requests.map(writeQuestion)));
      },
      kill: () => child.kill("SIGKILL"),
      end: () => child.stdin.end(),
    };
  };
}
