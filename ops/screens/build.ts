import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../../services/domain/canonical.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Where the screens lie once they are built. */
export const BUILT_SCREENS = join(ROOT, "dist", "screens");
/** What they were built from. */
const BUILT_FROM = join(ROOT, "dist", "screens.sha256");
/** All that goes into them. */
const SOURCES = [
  "services/console/**/*",
  "services/verify-page/**/*",
  "services/scan-code/**/*",
  "services/file-view/**/*",
  "services/holder-page/**/*",
  "services/public-page/**/*",
  "services/domain/*.ts",
  "proto/gen/**/*.ts",
  "ops/screens/*.ts",
  "package-lock.json",
];

/** Builds the screens where their sources have changed since, and tells where they lie. Throws with what the builder says. */
export async function buildScreens(): Promise<string> {
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
