/**
 * `npm run demo` and `npm test` on a fresh machine: installs what is missing, saying what, then runs the command on the
 * pinned Node. Plain Node 20 without npm packages, since nothing is installed when it starts.
 */
import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureServer, serverAway } from "../servers/fetch.mjs";
import { runBelow } from "./child.mjs";
import { COMPILED } from "./compiled.mjs";
import { installPackages, onPath } from "./host.mjs";
import { NEEDS } from "./needs.mjs";
import { debianAway, npmAway } from "./sources.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const BIN = join(ROOT, "node_modules", ".bin");
const PROGRAMS = {
  demo: ["ops/demo/main.ts"],
  bench: ["ops/bench/main.ts"],
  chaos: ["test/chaos/main.ts"],
  test: ["ops/check/main.mjs"],
};

/** Servers without which a command does nothing. Tests and benches fetch theirs when they come to them. */
const SERVERS = {
  demo: (args) => (args.some((arg) => arg.includes("mongodb")) ? ["nats-server", "mongod"] : ["nats-server"]),
  chaos: () => ["nats-server"],
};

const [what = "", ...rest] = process.argv.slice(2);
let stopping = false;
const say = (line) => process.stdout.write(`[setup] ${line}\n`);

try {
  const program = PROGRAMS[what];
  if (!program) throw new Error(`usage: node ops/setup/main.mjs ${Object.keys(PROGRAMS).join(" | ")} [options]`);
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20 or later`);
  }
  const tools = what === "test" || rest[0] === "proof";
  const needs = tools ? [...NEEDS.demo, ...NEEDS.test] : NEEDS.demo;
  const servers = SERVERS[what]?.(rest) ?? [];
  await ensureSources(needs, servers);
  await ensureCommands(needs);
  await ensureNodeModules();
  for (const name of servers) await ensureServer(name, { log: say });
  // Compiled code is kept, as the launcher keeps it; tests keep theirs for themselves.
  const kept = what === "test" ? {} : { NODE_COMPILE_CACHE: COMPILED };
  const env = { ...kept, ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}` };
  process.exitCode = await start(pinnedNode(), [...program, ...rest], env);
} catch (error) {
  if (!stopping) process.stderr.write(`[setup] ${error.message}\n`);
  // A name service that does not answer would hold the process for longer.
  process.exit(1);
}

/** Looks whether all that is missing can be fetched, before anything is begun; else names all of it at once. */
async function ensureSources(needs, servers) {
  const packages = [...new Set((await missingOf(needs)).map((need) => need.package))];
  const asked = [debianAway(packages), (await isInstalled()) ? undefined : npmAway(), ...servers.map(serverAway)];
  const away = (await Promise.all(asked)).filter((text) => text !== undefined);
  if (away.length > 0) throw new Error(away.join("\n"));
}

/** The needs that are not on this host. */
async function missingOf(needs) {
  const found = await Promise.all(needs.map((need) => (need.file ? existsSync(need.file) : onPath(need.command))));
  return needs.filter((_, index) => !found[index]);
}

/** Installs the packages whose commands are missing; names them where that is not possible. */
async function ensureCommands(needs) {
  const before = await missingOf(needs);
  if (before.length === 0) return;
  for (const need of before) say(`missing: ${need.command ?? need.file} (${need.why})`);
  await installPackages([...new Set(before.map((need) => need.package))], "needed by this command", say);
  const after = await missingOf(needs);
  if (after.length === 0) return;
  const names = after.map((need) => `${need.command ?? need.file} (Debian package ${need.package})`).join(", ");
  throw new Error(`missing: ${names}. Install them, or run this as root on Debian 12.`);
}

/** The digest of the lock file, and where it is kept after its packages were installed. */
async function lockOf() {
  const lock = await readFile(join(ROOT, "package-lock.json"));
  return { digest: createHash("sha256").update(lock).digest("hex"), stamp: join(ROOT, "node_modules", ".ecert-lock") };
}

/** Whether the installed npm packages are those of the lock file. */
async function isInstalled() {
  const { digest, stamp } = await lockOf();
  return existsSync(stamp) && (await readFile(stamp, "utf8")) === digest;
}

/** Runs `npm ci` unless the installed packages are those of the lock file. */
async function ensureNodeModules() {
  if (await isInstalled()) return;
  const { digest, stamp } = await lockOf();
  say("installing npm packages as the lock file pins them (npm ci)");
  // npm ci removes the pinned Node, so npm itself must run on the host's.
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const env = { ...process.env, PATH: path.join(delimiter) };
  // node-gyp builds pkcs11js against the headers beside the host's Node where they are; else it fetches them.
  const hostNode = path.map((folder) => join(folder, "node")).find((file) => existsSync(file)) ?? process.execPath;
  const prefix = join(dirname(realpathSync(hostNode)), "..");
  if (existsSync(join(prefix, "include", "node", "node.h"))) env.npm_config_nodedir = prefix;
  const code = await start("npm", ["ci", "--loglevel=error"], env);
  if (code !== 0) throw new Error("npm ci failed; see above");
  await writeFile(stamp, digest);
}

/** The pinned Node where there is one for this system, else the host's if it is recent enough. */
function pinnedNode() {
  const pinned = join(BIN, "node");
  if (process.platform === "linux" && process.arch === "x64" && existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split(".")[0]) === 24) return process.execPath;
  throw new Error(`this system needs Node 24 on PATH (24.19.0 is what is tested); it has ${process.versions.node}`);
}

function start(command, args, env) {
  const onStop = () => {
    stopping = true;
    say("正在停止 · stopping; once more: at once");
  };
  return runBelow(command, args, { cwd: ROOT, env, twice: "kill", onStop });
}
