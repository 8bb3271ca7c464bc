import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sha256Hex } from "../../services/domain/canonical.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Where the screens lie once they are built. */
export const BUILT_SCREENS = join(ROOT, "dist", "screens");
/** What they were built from. */
const BUILT_FROM = join(ROOT, "dist", "screens.sha256");
/** There while somebody builds them, with the number of the process. */
const BUILDING = join(ROOT, "dist", "screens.building");
const WAIT_MS = 200;
/** A number is written at once: a file without one is this old only where its process was killed. */
const LEFT_MS = 10_000;
/** All that goes into them. */
const SOURCES = [
  "services/console/**/*",
  "services/verify-page/**/*",
  "services/scan-code/**/*",
  "services/file-view/**/*",
  "services/holder-page/**/*",
  "services/public-page/**/*",
  "services/mini-page/**/*",
  "services/staff-model/**/*",
  "services/staff-page/**/*",
  "services/statement/*.ts",
  "services/security-key/**/*",
  "services/confirm-page/**/*",
  "services/domain/*.ts",
  "proto/gen/**/*.ts",
  "ops/screens/*.ts",
  "package-lock.json",
];

/**
 * Builds the screens where their sources have changed since, and tells where they lie. Of several processes that want them at once, one
 * builds and the others wait for it. Throws with what the builder says.
 */
export async function buildScreens(): Promise<string> {
  while (!begin()) await pause(WAIT_MS);
  try {
    return await built();
  } finally {
    rmSync(BUILDING, { force: true });
  }
}

/** Whether this process is now the one that builds: its number stands in a file, which one that was killed leaves behind. */
function begin(): boolean {
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  try {
    writeFileSync(BUILDING, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (isLeft()) rmSync(BUILDING, { force: true });
    return false;
  }
}

/** Whether the file was left behind by a process that has ended, or that ended before it wrote its number. */
function isLeft(): boolean {
  try {
    const pid = Number(readFileSync(BUILDING, "utf8"));
    if (pid > 0) return !existsSync(`/proc/${pid}`);
    return Date.now() - statSync(BUILDING).mtimeMs > LEFT_MS;
  } catch {
    return false;
  }
}

async function built(): Promise<string> {
  const digest = digestOfSources();
  if (existsSync(BUILT_FROM) && readFileSync(BUILT_FROM, "utf8") === digest) return BUILT_SCREENS;
  const vite = join(ROOT, "node_modules", ".bin", "vite");
  const args = ["build", "--config", join(import.meta.dirname, "vite.config.ts"), "--logLevel", "warn"];
  const child = spawn(vite, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`the screens cannot be built:\n${said}`);
  writeFileSync(BUILT_FROM, digest);
  return BUILT_SCREENS;
}

function digestOfSources(): string {
  const files = globSync(SOURCES, { cwd: ROOT, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return sha256Hex(paths.map((path) => `${path.slice(ROOT.length)} ${sha256Hex(readFileSync(path))}`).join("\n"));
}
