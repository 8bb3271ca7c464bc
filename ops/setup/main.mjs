/**
 * `npm run demo` and `npm test` on a fresh machine: installs what is missing, saying what, then runs the command on the
 * pinned Node. Plain Node 20 without npm packages, since nothing is installed when it starts.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages, onPath } from "./host.mjs";
import { NEEDS } from "./needs.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const BIN = join(ROOT, "node_modules", ".bin");
const PROGRAMS = { demo: ["ops/demo/main.ts"], bench: ["ops/bench/main.ts"], test: ["ops/check/main.mjs"] };

const [what = "", ...rest] = process.argv.slice(2);
const say = (line) => process.stdout.write(`[setup] ${line}\n`);

try {
  const program = PROGRAMS[what];
  if (!program) throw new Error(`usage: node ops/setup/main.mjs ${Object.keys(PROGRAMS).join(" | ")} [options]`);
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20 or later`);
  }
  const tools = what === "test" || rest[0] === "proof";
  await ensureCommands(tools ? [...NEEDS.demo, ...NEEDS.test] : NEEDS.demo);
  await ensureNodeModules();
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}` };
  process.exitCode = await start(pinnedNode(), [...program, ...rest], env);
} catch (error) {
  process.stderr.write(`[setup] ${error.message}\n`);
  process.exitCode = 1;
}

/** Installs the packages whose commands are missing; names them where that is not possible. */
async function ensureCommands(needs) {
  const missing = async () => {
    const found = await Promise.all(needs.map((need) => (need.file ? existsSync(need.file) : onPath(need.command))));
    return needs.filter((_, index) => !found[index]);
  };
  const before = await missing();
  if (before.length === 0) return;
  for (const need of before) say(`missing: ${need.command ?? need.file} (${need.why})`);
  await installPackages([...new Set(before.map((need) => need.package))], "needed by this command", say);
  const after = await missing();
  if (after.length === 0) return;
  const names = after.map((need) => `${need.command ?? need.file} (Debian package ${need.package})`).join(", ");
  throw new Error(`missing: ${names}. Install them, or run this as root on Debian 12.`);
}

/** Runs `npm ci` unless the installed packages are those of the lock file. */
async function ensureNodeModules() {
  const lock = createHash("sha256")
    .update(await readFile(join(ROOT, "package-lock.json")))
    .digest("hex");
  const stamp = join(ROOT, "node_modules", ".ecert-lock");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === lock) return;
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
  await writeFile(stamp, lock);
}

/** The pinned Node where there is one for this system, else the host's if it is recent enough. */
function pinnedNode() {
  const pinned = join(BIN, "node");
  if (process.platform === "linux" && process.arch === "x64" && existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split(".")[0]) === 24) return process.execPath;
  throw new Error(`this system needs Node 24 on PATH (24.19.0 is what is tested); it has ${process.versions.node}`);
}

function start(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: "inherit", env });
    // The child is in our process group and hears Ctrl-C itself; we wait for its end.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
