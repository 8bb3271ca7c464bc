import { parseArgs } from "node:util";
import { chaos } from "./run.ts";

const HELP = `Chaos: a province under load, and everything that can befall it, drawn from a seed.

  npm run chaos [-- --seed S --minutes N --store sqlite|mongodb --pairs --keep --json]

Processes are killed, frozen and restarted, disks fill up, streams vanish, clocks jump, crowds of connections say nothing or too
much, and older copies of a city, the province, an agent's journal (and a city's documents alone, with MongoDB) are put back and
brought forward. What callers were told is counted outside of all processes: nothing may be lost, given twice or wrong.

  --seed     deals the same blows in the same order (default: from the clock, shown)
  --minutes  length of the run, without its start and the account at its end (default 20)
  --store    where documents are kept (default sqlite)
  --pairs    the issuing city has two processes of every service
  --keep     leaves logs and stores, and says where
  --json     prints one JSON document in place of text
  --help     shows this text

Needs root, for disks that can be full. Ends with 0 where nothing was lost, doubled or wrong, 1 otherwise, 2 where it could not run.
`;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    minutes: { type: "string", default: "20" },
    store: { type: "string", default: "sqlite" },
    pairs: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

async function run(): Promise<number> {
  const seed = values.seed === undefined ? Math.floor(Date.now() / 1_000) : Number(values.seed);
  const minutes = Number(values.minutes);
  const engine = values.store;
  if (!Number.isSafeInteger(seed) || !(minutes > 0)) return refuse("--seed is a whole number, --minutes one above 0");
  if (engine !== "sqlite" && engine !== "mongodb") return refuse("--store is sqlite or mongodb");
  const begun = performance.now();
  const say = (line: string) => {
    const seconds = ((performance.now() - begun) / 1_000).toFixed(0).padStart(5);
    if (!values.json) process.stdout.write(`${seconds} s  ${line}\n`);
  };
  say(`chaos on ${engine}, seed ${seed}, ${minutes} minutes`);
  const report = await chaos({ seed, minutes, engine, pairs: values.pairs, keep: values.keep, say });
  const { dealt, acknowledged, lost, doubled, wrong, met } = report;
  if (values.json) process.stdout.write(`${JSON.stringify({ seed, minutes, engine, ...report }, undefined, 2)}\n`);
  else {
    for (const line of [...lost, ...doubled, ...wrong, ...met]) say(line);
    say(
      `${dealt.length} blows; ${acknowledged} certificates acknowledged: ${lost.length} lost, ${doubled.length} doubled, `,
    );
    say(`${wrong.length} wrong; ${met.length} contradictions met by callers`);
  }
  return lost.length + doubled.length + wrong.length + met.length === 0 ? 0 : 1;
}

function refuse(text: string): number {
  process.stderr.write(`${text}; see --help\n`);
  return 2;
}

if (values.help) process.stdout.write(HELP);
else process.exitCode = await run();
