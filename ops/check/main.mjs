/**
 * `npm test`: everything that must hold, in order, the quick checks first. Ends with one line, `N passed, N failed`.
 * With file names or options as arguments only Vitest runs, with these arguments, and nothing a second time.
 */
import { spawnSync } from "node:child_process";
import { runTests } from "./tests.mjs";

const CHECKS = [
  { name: "lint and format", command: "biome", args: ["check", "--error-on-warnings", "."] },
  { name: "types", command: "tsc", args: [] },
  { name: "types of the screens", command: "tsc", args: ["-p", "services/console"] },
  { name: "types of the verification page", command: "tsc", args: ["-p", "services/verify-page"] },
  { name: "types of the reader of codes", command: "tsc", args: ["-p", "services/scan-code"] },
  { name: "types of the view of files", command: "tsc", args: ["-p", "services/file-view"] },
  { name: "types of what pages of staff share", command: "tsc", args: ["-p", "services/staff-page"] },
  { name: "types of the page at the counter", command: "tsc", args: ["-p", "services/mini-page"] },
  { name: "types of the page of holders", command: "tsc", args: ["-p", "services/holder-page"] },
  { name: "types of what asks for security keys", command: "tsc", args: ["-p", "services/security-key"] },
  { name: "types of the agent's page for officers", command: "tsc", args: ["-p", "services/confirm-page"] },
  { name: "contracts: lint", command: "buf", args: ["lint"] },
  { name: "contracts: format", command: "buf", args: ["format", "--diff", "--exit-code", "--path", "proto/ecert"] },
  { name: "contracts: no breaking change", command: "buf", args: ["breaking", "--against", "proto/released.binpb"] },
  { name: "contracts: generated code is up to date", command: "node", args: ["ops/check/generated.mjs"] },
];

const only = process.argv.slice(2);
const results = only.length > 0 ? [] : CHECKS.map(check);
const tests = runTests(only, { again: only.length === 0 });
const passed = results.filter((ok) => ok).length + tests.passed;
const failed = results.filter((ok) => !ok).length + tests.failed;
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : "";
const unsteady = tests.unsteady.length > 0 ? `, ${tests.unsteady.length} files only when run alone` : "";
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped}${unsteady}\n`);
process.exitCode = failed === 0 && tests.passed > 0 && tests.clean ? 0 : 1;

function check({ name, command, args }) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 << 20 });
  process.stdout.write(`${status === 0 ? "ok  " : "FAIL"}  ${name}\n`);
  if (status !== 0) process.stdout.write(`${stdout}${stderr}`);
  return status === 0;
}
