import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const LAUNCH = join(ROOT, "ops", "launch.mjs");

/** The host's own Node, without the pinned one on PATH. */
const PATH = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);
const version = spawnSync("node", ["--version"], { env: { PATH }, encoding: "utf8" }).stdout ?? "";
const OLD = Number(/^v(\d+)/.exec(version)?.[1] ?? 24) < 24;

/** The documented commands, as they stand in the READMEs, by their first words. */
const DOCUMENTED = ["README.md", "agent/README.md", "services/trust/README.md"].flatMap((file) =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(/node (ops\/launch\.mjs [a-z-]+|[\w/]+\.ts)/g)].map(
    ([, command = ""]) => command,
  ),
);

let elsewhere: string;
beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), "ecert-launch-"));
});
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

function host(args: string[]) {
  return spawnSync("node", args, { cwd: elsewhere, env: { PATH }, encoding: "utf8" });
}

describe("the documented commands", () => {
  test("all go through the launcher", () => {
    expect(DOCUMENTED.filter((command) => command.endsWith(".ts"))).toEqual([]);
    expect(DOCUMENTED.length).toBeGreaterThan(5);
  });

  test.each([...new Set([...DOCUMENTED, "ops/launch.mjs ecert"])])("node %s runs on the host's Node", (command) => {
    const [script = "", ...words] = command.split(" ");
    const { status, stdout, stderr } = host([join(ROOT, script), ...words, "--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.length).toBeGreaterThan(100);
  });

  test("hand on exit codes and options", () => {
    expect(host([LAUNCH, "core", "--config", "absent.json"])).toMatchObject({ status: 1 });
    expect(host([join(ROOT, "ops/ecert/launch.mjs"), "verify", "absent.pdf"])).toMatchObject({ status: 2 });
  });

  test("name the programs where there is none of that name", () => {
    const { status, stderr } = host([LAUNCH, "cores"]);
    expect([status, stderr]).toEqual([
      2,
      "usage: node ops/launch.mjs core|agent|ecert|authority|time-stamp|build-client|portal [options]\n",
    ]);
  });

  test("end what they have started when they are killed", async () => {
    const config = join(elsewhere, "config.json");
    // Nobody writes to it: the core waits for its configuration.
    spawnSync("mkfifo", [config]);
    const child = spawn("node", [LAUNCH, "core", "--config", config], {
      env: { PATH },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const closed = once(child.stdout, "end");
    child.stdout.resume();
    await once(child, "spawn");
    child.kill("SIGKILL");
    // Its output ends once nobody holds the other side any more.
    await closed;
  });
});

describe("a host without the pinned Node", () => {
  test("is told what to do, in both languages", () => {
    const bare = join(elsewhere, "bare");
    for (const part of ["ops/launch.mjs", "ops/setup/child.mjs", "ops/setup/compiled.mjs", "ops/servers/tied.mjs"]) {
      cpSync(join(ROOT, part), join(bare, part));
    }
    const absent = host([join(bare, "ops/launch.mjs"), "agent", "--help"]);
    expect([absent.status, absent.stderr]).toEqual([
      2,
      `尚未安装依赖包：请在 ${bare} 运行 npm ci · packages are not installed: run "npm ci" in ${bare}\n`,
    ]);
    mkdirSync(join(bare, "node_modules"));
    const old = host([join(bare, "ops/launch.mjs"), "agent", "--help"]);
    if (OLD) {
      expect(old.status).toBe(2);
      expect(old.stderr).toMatch(
        /^需要 Node 24 或更高版本.*put one on PATH; on Linux x64 "npm ci" in .* brings one\n$/,
      );
    }
  });
});
