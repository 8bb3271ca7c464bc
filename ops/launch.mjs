#!/usr/bin/env node
/**
 * `node ops/launch.mjs PROGRAM [options]`: starts a program of the platform on a Node that runs TypeScript: this one where it is
 * recent enough, else the pinned one that `npm ci` brings; else says what to do. Plain Node 20 without npm packages.
 */
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runBelow } from "./setup/child.mjs";
import { COMPILED } from "./setup/compiled.mjs";

const PROGRAMS = {
  core: "services/main.ts",
  agent: "agent/main.ts",
  ecert: "ops/ecert/main.ts",
  authority: "ops/authority/main.ts",
  "time-stamp": "ops/time-stamp/main.ts",
  "build-client": "ops/client-package/build.ts",
  portal: "ops/portal/main.ts",
};

/** The Node that runs everything; older ones do not read TypeScript as we write it. */
const LEAST = 24;
/** The platform's exit code for "could not run". */
const NOT_RUN = 2;

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const [name = "", ...args] = process.argv.slice(2);
const program = Object.hasOwn(PROGRAMS, name) ? join(ROOT, PROGRAMS[name]) : undefined;
const pinned = join(ROOT, "node_modules", ".bin", "node");
const recent = Number(process.versions.node.split(".")[0]) >= LEAST;

// For this process, and for those that it starts.
process.env.NODE_COMPILE_CACHE ??= COMPILED;

if (program === undefined) {
  refuse(`usage: node ops/launch.mjs ${Object.keys(PROGRAMS).join("|")} [options]`);
} else if (!existsSync(join(ROOT, "node_modules"))) {
  refuse(`尚未安装依赖包：请在 ${ROOT} 运行 npm ci · packages are not installed: run "npm ci" in ${ROOT}`);
} else if (recent) {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  process.argv.splice(1, 2, program);
  await import(pathToFileURL(program).href);
} else if (process.platform === "linux" && process.arch === "x64" && existsSync(pinned)) {
  process.exitCode = await runBelow(pinned, [program, ...args]);
} else {
  const { node } = process.versions;
  refuse(
    `需要 Node ${LEAST} 或更高版本，当前为 ${node}：请将其加入 PATH；在 Linux x64 上也可在 ${ROOT} 运行 npm ci · ` +
      `this needs Node ${LEAST} or later and runs on ${node}: put one on PATH; on Linux x64 "npm ci" in ${ROOT} brings one`,
  );
}

function refuse(text) {
  process.stderr.write(`${text}\n`);
  process.exitCode = NOT_RUN;
}
