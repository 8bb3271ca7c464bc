import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { Pace } from "./measure.ts";
import { BAD_PACE, PACE_OPTIONS, paceOf } from "./pace.ts";
import { type BenchResults, comparedLines, compareRuns } from "./side-by-side.ts";

const HELP = `Runs the same benches at an earlier commit and at this one, in turns on this machine, and compares the medians.

  npm run bench -- against REVISION [NAME… --seconds N --rounds N --json --root FOLDER]

  REVISION   a commit, tag or branch of this repository; its files are unpacked to a temporary folder, its packages installed there
             where they are other ones, and nothing of it is left
  NAME       benches as in -- --help (default: issue)
  --seconds  length of one round (default 5)
  --rounds   how often each side is run; the sides take turns, and who begins (default 3)
  --json     prints one JSON document in place of text
  --root     the repository (default: this one)
  --help     shows this text

Only what both measure is compared. Progress goes to standard error.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...PACE_OPTIONS,
    json: { type: "boolean", default: false },
    root: { type: "string", default: join(import.meta.dirname, "..", "..") },
    help: { type: "boolean", default: false },
  },
});
const [revision, ...names] = positionals;
const pace = paceOf(values);
if (values.help) process.stdout.write(HELP);
else if (revision === undefined)
  refuse("name the commit to compare with, as in: npm run bench -- against HEAD~10 issue");
else if (!pace) refuse(BAD_PACE);
else await compareWith(revision, pace);

async function compareWith(name: string, { seconds, rounds }: Pace): Promise<void> {
  const now = resolve(values.root);
  const commit = commitOf(now, name);
  if (!commit) {
    return refuse(
      `${name}: no commit of this repository; in a shallow clone fetch its history first: git fetch --unshallow`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "ecert-against-"));
  let running: Bench | undefined;
  process.once("exit", () => {
    running?.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  unpack(now, commit, folder);
  const runs: { before: BenchResults[]; now: BenchResults[] } = { before: [], now: [] };
  const began = performance.now();
  for (let round = 0; round < rounds; round++) {
    // Who runs second finds a warmer machine: they take turns in that too.
    const sides = [["before", folder] as const, ["now", now] as const];
    for (const [index, [side, root]] of (round % 2 === 0 ? sides : sides.toReversed()).entries()) {
      tellProgress(round * 2 + index, 2 * rounds, began, `round ${round + 1} of ${rounds}: ${side}`);
      running = startBench(root, seconds);
      runs[side].push(await resultsOf(running, root));
    }
  }
  const compared = compareRuns(runs.before, runs.now);
  if (values.json) process.stdout.write(`${JSON.stringify({ commit, rounds, compared }, undefined, 2)}\n`);
  else process.stdout.write(`before: ${commit}\n${comparedLines(compared).join("\n")}\n`);
}

function commitOf(root: string, name: string): string | undefined {
  try {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}

/** Unpacks a commit's files; the packages of this checkout serve it where its lock file is the same. */
function unpack(root: string, commit: string, folder: string): void {
  const archive = join(folder, ".tar");
  execFileSync("git", ["archive", "--format=tar", "-o", archive, commit], { cwd: root });
  execFileSync("tar", ["-xf", archive, "-C", folder]);
  rmSync(archive);
  const [here, there] = [root, folder].map((one) => join(one, "package-lock.json")) as [string, string];
  const isSame = existsSync(here) && existsSync(there) && readFileSync(here).equals(readFileSync(there));
  const packages = join(root, "node_modules");
  if (isSame && existsSync(packages)) symlinkSync(packages, join(folder, "node_modules"));
}

type Bench = ChildProcessByStdio<null, Readable, null>;

function startBench(root: string, seconds: number): Bench {
  const benches = names.length > 0 ? names : ["issue"];
  const args = ["run", "--silent", "bench", "--", ...benches, "--rounds", "1", "--seconds", String(seconds), "--json"];
  return spawn("npm", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
}

async function resultsOf(bench: Bench, root: string): Promise<BenchResults> {
  const ended = new Promise<number | null>((resolve) => bench.once("close", resolve));
  const [printed, code] = await Promise.all([text(bench.stdout), ended]);
  if (code !== 0) throw new Error(`the benches ended with ${code} in ${root}; what they said stands above`);
  // Lines of the set-up may stand before it.
  return JSON.parse(printed.slice(printed.indexOf("{"))).results;
}

function tellProgress(done: number, all: number, began: number, what: string): void {
  const minutes = done === 0 ? undefined : ((performance.now() - began) / done / 60_000) * (all - done);
  const left = minutes === undefined ? "" : `, about ${Math.ceil(minutes)} min left`;
  process.stderr.write(`${what}${left}\n`);
}

function refuse(problem: string): void {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
}
