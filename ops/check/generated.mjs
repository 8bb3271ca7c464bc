/** Generates the code of the contracts into a temporary folder and compares it with what is checked in. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "ecert-generated-"));
try {
  run("buf", ["generate", "--output", folder]);
  run("diff", ["-r", join(folder, "proto", "gen"), join("proto", "gen")]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return;
  process.stdout.write(`${stdout}${stderr}generated code differs: run "npm run generate" and commit proto/gen\n`);
  process.exitCode = 1;
}
