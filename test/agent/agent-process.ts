import { type ChildProcess, execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { PROVINCE } from "./agent-house.ts";

/** The program of the agent. */
export const AGENT_MAIN = join(import.meta.dirname, "../../agent/main.ts");

/** An agent that runs as its own process. */
export interface AgentProcess {
  readonly pid: number;
  /** Address of metrics and health, where configured. */
  readonly admin: string | undefined;
  /** Lines of its log so far. */
  readonly log: string[];
  /** Sends a signal and resolves with the exit code, or `null` where the signal killed it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** Starts `agent run` within a test and resolves when it says that it is ready. It ends with the test at the latest. */
export function startAgentProcess(configFile: string): Promise<AgentProcess> {
  const child: ChildProcess = spawn(process.execPath, [AGENT_MAIN, "run", "--config", configFile], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that fails half-way must not leave an agent behind.
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const log: string[] = [];
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  if (child.stderr) createInterface(child.stderr).on("line", (line) => log.push(line));
  return new Promise((resolve, reject) => {
    exited.then((code) => reject(new Error(`the agent ended with ${code}: ${log.join("\n")}`)));
    if (!child.stdout) return;
    createInterface(child.stdout).on("line", (line) => {
      log.push(line);
      if (!line.startsWith('{"ready":true')) return;
      resolve({
        pid: child.pid as number,
        admin: JSON.parse(line).admin,
        log,
        end(signal) {
          child.kill(signal);
          return exited;
        },
      });
    });
  });
}

/** Runs a command of the agent's program to its end. */
export function runAgentCommand(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [AGENT_MAIN, ...args], { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

/** Options of `agent init` that name a province, whose key is written into a directory. */
export function provinceOptions(directory: string): string[] {
  const file = join(directory, "province-key.pem");
  writeFileSync(file, generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }));
  return ["--province", PROVINCE, "--province-key", file];
}
