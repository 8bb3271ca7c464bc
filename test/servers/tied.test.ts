import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { processesFrom } from "../../ops/trial/memory.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SETUP = join(ROOT, "ops", "setup", "main.mjs");
let directory: string;
/** Where a demo keeps its folder, in place of the system's temporary one. */
let temporary: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ecert-tied-"));
  temporary = join(directory, "temporary");
  mkdirSync(temporary);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A demo as a user starts it; `heard` tells what it has printed. */
function demo(command: string, args: string[]) {
  const run = randomUUID();
  const env = { ...process.env, TMPDIR: temporary, ECERT_TEST_RUN: run };
  const child = spawn(command, [...args, "--artefacts", join(directory, "artefacts")], { cwd: ROOT, env });
  let heard = "";
  child.stdout.on("data", (chunk) => {
    heard += chunk;
  });
  return { child, run, ended: once(child, "exit"), heard: () => heard };
}

/** What is ours there; npm itself keeps compiled code beside. */
const folders = () => readdirSync(temporary).filter((name) => name.startsWith("ecert-"));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(50);
}

/** The processes below one, by their ids and what they run. */
function below(pid: number): { pid: number; runs: string }[] {
  const [, ...found] = processesFrom(pid);
  return found.map((one) => ({ pid: one, runs: told(one, "cmdline").replaceAll("\0", " ") }));
}

/** Every process that a demo began, whoever is its parent now. */
function begunBy(run: string): { pid: number; runs: string }[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return all.flatMap((name) =>
    told(name, "environ").includes(run) ? [{ pid: Number(name), runs: told(name, "cmdline") }] : [],
  );
}

/** What the kernel tells of a process; nothing of one that is gone. */
function told(pid: number | string, name: "stat" | "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Waits until a demo runs a program; everything that runs then. */
async function reached({ child, heard }: ReturnType<typeof demo>, program: string) {
  const running = () => below(child.pid as number);
  await until(() => child.exitCode !== null || running().some(({ runs }) => runs.includes(program)));
  expect(child.exitCode, heard()).toBe(null);
  return running();
}

const isGone = (pid: number) => /^$|\) Z /.test(told(pid, "stat"));

async function nothingLeft(started: readonly { pid: number }[]): Promise<void> {
  await until(() => started.every(({ pid }) => isGone(pid)));
  await until(() => folders().length === 0);
}

describe.skipIf(process.platform !== "linux")("a demo that comes to its end", { timeout: 900_000 }, () => {
  test("says how long it took and how much memory, and leaves neither processes nor files beside its artefacts and the built screens", async () => {
    const before = readdirSync(ROOT);
    const { run, ended, heard } = demo("npm", ["run", "demo", "--"]);
    expect(await ended, heard()).toEqual([0, null]);
    const running = begunBy(run);
    // npm's own.
    const files = readdirSync(temporary).filter((name) => name !== "node-compile-cache");
    const [, seconds, gib] = /(\d+) s, at most ([\d.]+) GiB of memory/.exec(heard()) ?? [];
    console.info(
      `npm run demo: ${seconds} s, ${gib} GiB at its peak; ${running.length} processes, ${files.length} files left`,
    );
    expect(running).toEqual([]);
    expect(files).toEqual([]);
    expect(readdirSync(ROOT).filter((name) => !before.includes(name) && !["artefacts", "dist"].includes(name))).toEqual(
      [],
    );
    expect(heard()).toContain("left: 0 processes, 0 files");
    expect(Number(gib)).toBeLessThanOrEqual(2.6);
  });
});

describe.skipIf(process.platform !== "linux")("a demo that ends before its time", () => {
  test("leaves neither processes nor folder when npm was killed with SIGKILL above it", async () => {
    const run = demo("npm", ["run", "demo", "--", "--store", "mongodb"]);
    const started = await reached(run, "services/main.ts");
    for (const server of ["mongod", "ops/time-stamp/main.ts", "nats-server"]) {
      expect(started.map(({ runs }) => runs).join("\n")).toContain(server);
    }
    expect(folders()).toHaveLength(1);
    run.child.kill("SIGKILL");
    await run.ended;
    await nothingLeft(started);
  });

  test("leaves neither processes nor folder when it was killed with SIGKILL itself", async () => {
    const run = demo(process.execPath, [join(ROOT, "ops", "demo", "main.ts")]);
    const started = await reached(run, "ops/time-stamp/main.ts");
    run.child.kill("SIGKILL");
    await run.ended;
    await nothingLeft(started);
  });

  test("says that it stops when Ctrl-C comes in its first seconds, and leaves nothing", async () => {
    const { child, ended, heard } = demo(process.execPath, [SETUP, "demo"]);
    await until(() => folders().length > 0);
    const started = below(child.pid as number);
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    expect(heard()).toContain("正在停止 · stopping");
    await nothingLeft(started);
  });
});

describe("npm start", () => {
  test("passes on that it is to stop", async () => {
    const config = join(directory, "config.json");
    // Nobody writes to it: the core waits for its configuration until it is told to stop.
    execFileSync("mkfifo", [config]);
    const npm = spawn("npm", ["start", "--", "--config", config], { cwd: ROOT, stdio: "ignore" });
    const core = () => below(npm.pid as number).filter(({ runs }) => /^node .*services\/main\.ts/.test(runs));
    await until(() => core().length > 0);
    const started = core();
    npm.kill("SIGTERM");
    await once(npm, "exit");
    await until(() => started.every(({ pid }) => isGone(pid)));
  });
});
