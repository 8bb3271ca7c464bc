#!/usr/bin/env node
/** Starts the `ecert` command on a Node that runs TypeScript: this one where it is recent enough, else the pinned one. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const pinned = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import("./main.ts");
} else if (existsSync(pinned)) {
  const { status } = spawnSync(pinned, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 2;
} else {
  process.stderr.write(`ecert needs Node 24 or later; this is ${process.versions.node}. Run "npm install" first.\n`);
  process.exitCode = 2;
}
