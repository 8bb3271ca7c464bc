import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { prove } from "./prove.ts";
import { ratioFigures, tableOf } from "./tally.ts";

const HELP = `Proves certificates (issue "documents that stand on their own"): random ones of every kind of the seed, under P-256
(SoftHSM2) and SM2 (test token), as PDF, OFD and data message, judged by tools that are not ours, by ecert verify, and with
single bits flipped.

  npm run bench -- proof [--count N --seed S --flips N --json]

  --count      certificates, each under both keys (default 1000)
  --seed       where the random numbers begin (default 33190)
  --flips      bits flipped in each file (default 12)
  --every      of so many certificates every bit is flipped that no digest covers, minutes for each (default 0)
  --processes  processes side by side (default: one for each core)
  --json       prints one JSON document in place of tables
  --help       shows this text

Ctrl-C ends early with what was proved until then. Ends with 1 if anything failed; files that failed are kept in artefacts/proof.
`;

/** Failures that are printed in full. */
const SHOWN = 20;
/** Largest OFD in proportion to the PDF. */
const MOST_RATIO = 1.3;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "33190" },
    flips: { type: "string", default: "12" },
    every: { type: "string", default: "0" },
    processes: { type: "string", default: String(availableParallelism()) },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
process.exitCode = values.help ? help() : await main();

function help(): number {
  process.stdout.write(HELP);
  return 0;
}

async function main(): Promise<number> {
  const texts = [values.count, values.seed, values.flips, values.every, values.processes];
  const [certificates = 0, seed = 0, flips = 0, every = 0, processes = 0] = texts.map(Number);
  const whole = texts.every((text) => /^\d{1,9}$/.test(text));
  if (!whole || certificates === 0 || processes === 0) {
    process.stderr.write("--count and --processes are whole numbers above 0, --seed, --flips and --every from 0 on\n");
    return 2;
  }
  const started = performance.now();
  const progress = (done: number): void => {
    const left = ((performance.now() - started) / done) * (certificates - done);
    const line = `${done} of ${certificates} certificates, ${Math.ceil(left / 60_000)} min left`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line} `);
    else if (done % 50 === 0) process.stderr.write(`${line}\n`);
  };
  const keep = join(import.meta.dirname, "..", "..", "artefacts", "proof");
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());
  const settings = { seed, flips, command: 50, every, keep };
  const tally = await prove({ ...settings, certificates, processes, progress, stop: stop.signal });
  for (const [key, ratios] of Object.entries(tally.ratios)) {
    const { most } = ratioFigures(ratios);
    if (most > MOST_RATIO) tally.failures.push(`${key}: an OFD has ${most.toFixed(2)} times the size of its PDF`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ seed, ...tally }, undefined, 2)}\n`);
  else {
    const drawn =
      tally.refusedTexts === 0 ? "" : `, ${tally.refusedTexts} drawn anew since a text had no room on the face`;
    process.stdout.write(`${tally.certificates} certificates, seed ${seed}${drawn}\n\n${tableOf(tally)}\n`);
    for (const failure of tally.failures.slice(0, SHOWN)) process.stdout.write(`FAILED ${failure}\n`);
    process.stdout.write(`${tally.failures.length} failures\n`);
  }
  return tally.failures.length === 0 ? 0 : 1;
}
