/**
 * Runs Vitest and judges its report. Up to three files that failed run a second time, alone: thousands of tests start
 * thousands of processes on two cores, and a worker's own process can die of a fault of the runtime. What passed only
 * then is told by name and counted apart, never passed over in silence; what fails twice has failed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** More files than these are no accident: they are not tried again. */
const MOST_TRIED_AGAIN = 3;
const tell = (text) => void process.stdout.write(text);
const REPORTER = fileURLToPath(new URL("report.mjs", import.meta.url));

/**
 * @param args what Vitest shall run: file names and options; none for everything.
 * @param options.again whether failed files may run a second time.
 * @param options.say takes what is told of it; Vitest's own output goes to `stdio`.
 * @returns counts of tests, names of `unsteady` files, and whether all of it is `clean`.
 */
export function runTests(args, { again, cwd = process.cwd(), say = tell, stdio = "inherit" }) {
  const first = vitest(args, cwd, stdio);
  if (!first) return { passed: 0, failed: 1, skipped: 0, unsteady: [], clean: false };
  const bad = first.files.filter(({ ok }) => !ok);
  const few = again && bad.length > 0 && bad.length <= MOST_TRIED_AGAIN;
  const names = bad.map(({ name }) => relative(cwd, name));
  if (few) say(`\n${names.length} failed and run a second time, alone: ${names.join(", ")}\n`);
  const second = few ? vitest([...names, "--maxWorkers=1"], cwd, stdio) : undefined;
  const files = second ? [...first.files.filter((file) => !bad.includes(file)), ...second.files] : first.files;
  const errors = [...first.errors.filter(({ died }) => !died || !second), ...(second?.errors ?? [])];
  for (const { text } of errors) say(`outside of tests: ${text}\n`);
  const sum = (count) => files.reduce((all, file) => all + count(file), 0);
  // A file that does not load, or whose process died, has no test to fail.
  const broken = files.filter((file) => !file.ok && file.failed.length === 0).length;
  const failed = sum((file) => file.failed.length) + broken + errors.length;
  const unsteady = second ? bad.filter(({ name }) => second.files.some((file) => file.name === name && file.ok)) : [];
  for (const { name, failed: tests } of unsteady) {
    say(`unsteady: ${relative(cwd, name)} passed only alone; before: ${tests.join("; ") || "its process died"}\n`);
  }
  const clean = failed === 0 && (!few || second?.files.length === bad.length);
  return { passed: sum((file) => file.passed), failed, skipped: sum((file) => file.skipped), unsteady, clean };
}

/** One run of Vitest; nothing where it left no report. */
function vitest(args, cwd, stdio) {
  const folder = mkdtempSync(join(tmpdir(), "ecert-check-"));
  const report = join(folder, "report.json");
  // The tests start some two thousand processes of the same few programs: compiled once, a start costs a third less.
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(folder, "compiled");
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled, ECERT_TEST_REPORT: report };
  const reporters = ["--reporter=default", `--reporter=${REPORTER}`];
  const { status } = spawnSync("vitest", ["run", ...reporters, ...args], { stdio, env, cwd });
  try {
    const { files, errors } = JSON.parse(readFileSync(report, "utf8"));
    const told = errors.length > 0 || files.some((file) => !file.ok);
    return status === 0 || told
      ? { files, errors }
      : { files, errors: [{ died: false, text: `Vitest ended with ${status}` }] };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
