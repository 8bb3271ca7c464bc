/**
 * `npm test`: everything that must hold, in order, the quick checks first. Ends with one line, `N passed, N failed`.
 * With file names or options as arguments only Vitest runs, with these arguments.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CHECKS = [
  { name: "lint and format", command: "biome", args: ["check", "--error-on-warnings", "."] },
  { name: "types", command: "tsc", args: [] },
  { name: "types of the screens", command: "tsc", args: ["-p", "services/console"] },
  { name: "types of the verification page", command: "tsc", args: ["-p", "services/verify-page"] },
  { name: "types of the reader of codes", command: "tsc", args: ["-p", "services/scan-code"] },
  { name: "types of the view of files", command: "tsc", args: ["-p", "services/file-view"] },
  { name: "types of the page of holders", command: "tsc", args: ["-p", "services/holder-page"] },
  { name: "contracts: lint", command: "buf", args: ["lint"] },
  { name: "contracts: format", command: "buf", args: ["format", "--diff", "--exit-code", "--path", "proto/ecert"] },
  { name: "contracts: no breaking change", command: "buf", args: ["breaking", "--against", "proto/released.binpb"] },
  { name: "contracts: generated code is up to date", command: "node", args: ["ops/check/generated.mjs"] },
];

const only = process.argv.slice(2);
const results = only.length > 0 ? [] : CHECKS.map(check);
const tests = runTests(only);
const passed = results.filter((ok) => ok).length + tests.passed;
const failed = results.filter((ok) => !ok).length + tests.failed;
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : "";
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed === 0 && tests.passed > 0 && tests.clean ? 0 : 1;

function check({ name, command, args }) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 << 20 });
  process.stdout.write(`${status === 0 ? "ok  " : "FAIL"}  ${name}\n`);
  if (status !== 0) process.stdout.write(`${stdout}${stderr}`);
  return status === 0;
}

/** Runs Vitest and counts from its own report. A crash outside a test counts as one failure more. */
function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "ecert-check-"));
  const report = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  // The tests start some two thousand processes of the same few programs: compiled once, a start costs a third less.
  const env = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(folder, "compiled") };
  const { status } = spawnSync("vitest", ["run", ...reporters, ...args], { stdio: "inherit", env });
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
    // A file that does not load has no tests to fail.
    const broken = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
    const failed = numFailedTests + broken;
    const silent = status !== 0 && failed === 0 ? 1 : 0;
    return { passed: numPassedTests, failed: failed + silent, skipped: numPendingTests, clean: status === 0 };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, clean: false };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
