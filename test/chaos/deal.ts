import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LINGHAI, PROVINCE } from "../../ops/trial/plan.ts";
import type { Running } from "../../ops/trial/process.ts";
import { until } from "../../ops/trial/ready.ts";
import { targetsOf } from "../crash/targets.ts";
import { setClock } from "./clock-file.ts";
import { idleConnections, unprovenBodies } from "./crowds.ts";
import type { Scene } from "./scene.ts";
import type { Blow } from "./schedule.ts";

const TWO_HOURS_MS = 7_200_000;
/** Milliseconds within which a process that was ended must serve again, whatever else is struck meanwhile. */
const STARTED_MS = 60_000;

/** Deals a blow and takes it back after its time. When this resolves nothing is in the way of the work any more. */
export async function deal(scene: Scene, blow: Blow): Promise<void> {
  const { trial, province } = scene;
  const { part, lasts } = blow;
  const core = coreOf(scene, blow);
  switch (blow.deed) {
    case "kill":
      if (part === "database") return killDatabase(scene, lasts);
      if (part === "core") return killCore(core, lasts);
      await targetsOf(trial)[part].kill();
      await pause(lasts);
      return supervised(targetsOf(trial)[part]);
    case "restart":
      return restart(scene, part);
    case "freeze":
      return freeze(pidOf(scene, blow), lasts);
    case "disk full":
      return fillDisk(scene, part, lasts);
    case "streams wiped":
      return wipeStreams(scene);
    case "idle connections":
      return idleConnections(trial, trial.cores.linghai, lasts);
    case "unproven bodies":
      return unprovenBodies(trial, part === "core" ? trial.cores.linghai : trial.cores.province, lasts);
    case "clock ahead":
      return moveClock(scene, part, TWO_HOURS_MS, lasts);
    case "clock back":
      return moveClock(scene, part, -TWO_HOURS_MS, lasts);
  }

  async function restart({ database }: Scene, what: Blow["part"]): Promise<void> {
    if (what === "database") {
      await database?.mongod.stop();
      return database?.restart();
    }
    const running = what === "core" ? core : province;
    await running.stop();
    return supervised(running);
  }
}

/** Starts a process again as its supervisor would: one that ends because its database is away is started once more. */
async function supervised(running: Pick<Running, "restart">): Promise<void> {
  await until("it starts", () => running.restart().then(() => true), STARTED_MS);
}

function coreOf({ cores }: Scene, { which }: Blow): Running {
  return cores[Math.floor(which * cores.length)] as Running;
}

async function killCore(core: Running, ms: number): Promise<void> {
  await core.kill();
  await pause(ms);
  return supervised(core);
}

function pidOf(scene: Scene, blow: Blow): number {
  const { trial, province, agent, database } = scene;
  const { part } = blow;
  if (part === "core") return coreOf(scene, blow).pid;
  if (part === "province") return province.pid;
  if (part === "agent") return agent.pid;
  if (part === "database") return database?.mongod.pid ?? 0;
  return trial.brokers.get(part === "hub" ? PROVINCE.code : LINGHAI.code)?.pid ?? 0;
}

async function freeze(pid: number, ms: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  try {
    await pause(ms);
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

async function killDatabase({ database }: Scene, ms: number): Promise<void> {
  await database?.mongod.kill();
  await pause(ms);
  await database?.restart();
}

/** A database server that finds no room ends itself: it is started again, as an operator would. */
async function fillDisk(scene: Scene, part: Blow["part"], ms: number): Promise<void> {
  const { disks, database } = scene;
  const disk = part === "hub" ? disks.hub : part === "database" ? disks.database : disks.core;
  disk?.fill();
  try {
    await pause(ms);
  } finally {
    disk?.relieve();
  }
  if (part !== "database" || !database) return;
  if (isAlive(database.mongod.pid)) return;
  await database.restart();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What the hub keeps goes while it runs. */
function wipeStreams({ disks }: Scene): void {
  rmSync(join(disks.hub.path, "jetstream"), { recursive: true, force: true });
}

/** All processes of a host have one clock. */
async function moveClock({ clockFiles }: Scene, part: Blow["part"], aheadMs: number, ms: number): Promise<void> {
  const files = part === "agent" ? [clockFiles.agent] : clockFiles.core;
  for (const file of files) setClock(file, aheadMs);
  try {
    await pause(ms);
  } finally {
    for (const file of files) setClock(file, 0);
  }
}
