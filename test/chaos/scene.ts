import { join } from "node:path";
import { type Mongod, startMongod } from "../../ops/servers/mongod.ts";
import type { TrialStore } from "../../ops/trial/core.ts";
import { LINGHAI, PROVINCE } from "../../ops/trial/plan.ts";
import type { Program, Running } from "../../ops/trial/process.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { AGENT } from "../crash/targets.ts";
import { CLOCK_VARIABLE } from "./clock-file.ts";
import { type Disk, mountDisk } from "./disks.ts";

/** A province with everything that chaos takes hold of. */
export interface Scene {
  trial: Trial;
  store: TrialStore;
  /** The server of the documents, where it is MongoDB; it is another one after a restart. */
  database?: { mongod: Mongod; restart(): Promise<void> };
  disks: { core: Disk; hub: Disk; database?: Disk };
  /** Processes of the issuing city: one, or two of every service. */
  cores: readonly Running[];
  province: Running;
  agent: Running;
  /** Clock files of these and of the agent. */
  clockFiles: { core: readonly string[]; agent: string };
  /** Asks the sync service of a node, as its operator. */
  standingOf(node: string): ReturnType<typeof standingClient>;
  close(): Promise<void>;
}

/** Starts the province on disks of its own; `pairs`: the issuing city with two processes of every service. */
export async function openScene(directory: string, engine: TrialStore["engine"], pairs: boolean): Promise<Scene> {
  await using opening = new AsyncDisposableStack();
  const disk = (path: string): Disk => {
    const mounted = mountDisk(path);
    opening.defer(() => mounted.remove());
    return mounted;
  };
  const core = disk(join(directory, LINGHAI.code, "data"));
  const hub = disk(join(directory, "nats", "streams"));
  const data = engine === "mongodb" ? disk(join(directory, "database")) : undefined;
  const database = data && (await openDatabase(data));
  if (database) opening.defer(() => database.mongod.kill());
  const store: TrialStore = database
    ? { engine: "mongodb", uri: database.mongod.uri, prefix: "chaos" }
    : { engine: "sqlite" };
  const layouts = pairs ? { [LINGHAI.code]: "pairs" as const } : {};
  const trial = await startTrial({ directory, layout: "one", layouts, store, program: withClock });
  opening.defer(() => trial.stop());
  const opened = opening.move();
  const names = trial.cores.linghai.processes.map(({ name }) => name);
  const clockOf = (name: string) => clockFile({ name, logDirectory: join(directory, "logs") });
  return {
    trial,
    store,
    ...(database && { database }),
    disks: { core, hub, ...(data && { database: data }) },
    cores: names.map((name) => trial.programs.get(`${LINGHAI.code}/${name}`) as Running),
    province: trial.programs.get(`${PROVINCE.code}/core`) as Running,
    agent: trial.agents.get(AGENT)?.running as Running,
    clockFiles: {
      core: names.map((name) => clockOf(`${LINGHAI.code}-${name}`)),
      agent: clockOf(`agent-${AGENT}`),
    },
    standingOf: (node) => standingClient(trial, node),
    close: () => opened.disposeAsync(),
  };
}

async function openDatabase(disk: Disk) {
  const database = {
    mongod: await startMongod({ directory: disk.path }),
    async restart() {
      const { port } = database.mongod;
      database.mongod = await startMongod({ directory: disk.path, port });
    },
  };
  return database;
}

function standingClient(trial: Trial, node: string) {
  const core = Object.values(trial.cores).find((one) => one.node.code === node);
  const operator = trial.operators.get(node);
  if (!core || !operator) throw new Error(`no node ${node}`);
  return operator.client(StandingService, core.mesh.sync?.[0] ?? "");
}

function withClock(program: Program): Program {
  const script = program.script.startsWith("agent/") ? "test/chaos/agent-main.ts" : "test/chaos/core-main.ts";
  return { ...program, script, env: { [CLOCK_VARIABLE]: clockFile(program) } };
}

function clockFile({ name, logDirectory }: Pick<Program, "name" | "logDirectory">): string {
  return join(logDirectory, `${name}.clock`);
}
