import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ISSUERS, LINGHAI, PROVINCE } from "../../ops/trial/plan.ts";
import type { Program } from "../../ops/trial/process.ts";
import { isReady, until } from "../../ops/trial/ready.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { DOOM_VARIABLE } from "./doom.ts";
import type { TargetName } from "./rows.ts";

/** Something that can be killed and comes back. */
export interface Target {
  kill(): Promise<void>;
  /** Starts it again; resolves when it serves. */
  restart(): Promise<void>;
  /** A process that ends itself where its doom file says so. */
  doom?: { file: string; ended(): Promise<void> };
}

/** The agent that the load's certificates are signed by. */
export const AGENT = ISSUERS[0]?.agent ?? "";

/** Has cores and agents run by the launchers of this folder, each with a doom file beside its log. */
export function doomed(program: Program): Program {
  const script = program.script.startsWith("agent/") ? "test/crash/agent-main.ts" : "test/crash/core-main.ts";
  return { ...program, script, env: { ...program.env, [DOOM_VARIABLE]: doomFile(program) } };
}

/** The targets of a trial whose cores run in one process each. */
export function targetsOf(trial: Trial): Record<TargetName, Target> {
  const logDirectory = join(trial.directory, "logs");
  // A node of several processes has no `core`: whoever strikes there knows them.
  const program = (name: string, running = trial.programs.get(name)): Target => ({
    kill: async () => running?.kill(),
    restart: async () => running?.restart(),
    ...(running && {
      doom: { file: doomFile({ name: running.name, logDirectory }), ended: () => running.ended() },
    }),
  });
  const broker = (node: string): Target => ({
    kill: async () => trial.brokers.get(node)?.kill(),
    restart: () => trial.restartBroker(node),
  });
  return {
    core: program(`${LINGHAI.code}/core`),
    province: program(`${PROVINCE.code}/core`),
    agent: program(AGENT, trial.agents.get(AGENT)?.running),
    driver: driverOf(trial),
    leaf: broker(LINGHAI.code),
    hub: broker(PROVINCE.code),
  };
}

/** The child in which the agent has loaded the device's library. The agent starts it again by itself. */
function driverOf(trial: Trial): Target {
  const { running, files } = trial.agents.get(AGENT) as NonNullable<ReturnType<Trial["agents"]["get"]>>;
  let killed: number | undefined;
  return {
    async kill() {
      await until("the agent has a driver", () => driverPid(running.pid) !== undefined);
      killed = driverPid(running.pid);
      if (killed !== undefined) process.kill(killed, "SIGKILL");
    },
    restart: () =>
      until("the agent has another driver and a healthy device", async () => {
        const pid = driverPid(running.pid);
        return pid !== undefined && pid !== killed && (await isReady(files.admin));
      }),
  };
}

function driverPid(agent: number): number | undefined {
  const children = readFileSync(`/proc/${agent}/task/${agent}/children`, "utf8").trim().split(" ");
  return children.map(Number).find((pid) => pid > 0 && commandOf(pid).includes("driver-process"));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function doomFile({ name, logDirectory }: Pick<Program, "name" | "logDirectory">): string {
  return join(logDirectory, `${name}.doom`);
}
