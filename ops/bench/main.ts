import { spawnSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Bench, type Figure, figureLine } from "./figure.ts";
import { BAD_PACE, PACE_OPTIONS, paceOf } from "./pace.ts";
import { openProvince } from "./province.ts";
import { runScript } from "./script.ts";

const HELP = `Measures the platform on this machine, on real processes, devices (SoftHSM2) and disks.

  npm run bench [-- NAME… --seconds N --rounds N --json]

  agent        the signing agent against a plain C_Sign loop on the same token
  rpc          an RPC of a service against a bare grpc-js echo of the same message; what authentication and permission cost
  issue        certificates made, drawn as PDF, signed and durable; then where their processor time goes
  usage        certificates verified with a usage code
  replication  from the answer of an issue to the province's receipt
  idle         processor time of cores that nobody calls
  start        processor time of a core and an agent until they serve
  frozen-replica  calls lost while one of two replicas stands still
  store        the two engines of the store
  bytes        what files of certificates take where they are kept, and what splitting and joining them costs
  kept         what one certificate takes on disk at its city, its agent and its province, whatever it lies in
  documents    faces drawn as PDF and OFD, and what that does to the loop that serves calls
  sessions     memory of 10,000 sessions of staff, and what knowing one costs
  governance   200,000 matters imported, compared and looked up; obligatory lists and issuing terms at the size of a province
  acts         what the audit costs the road: a line of evidence kept where it can be found
  status       a status bundle for ten million certificates
  screens      first usable page of the console and of the public pages, in Chromium with an empty cache
  proof        random certificates, judged by other tools and with flipped bits; only by name, see -- proof --help
  steady       memory of all processes under a steady load; only by name, see -- steady --help
  against      the same benches at an earlier commit and at this one, in turns; only by name, see -- against --help

  --seconds  length of one round (default 5)
  --rounds   rounds of which the median is shown (default 3)
  --json     prints one JSON document in place of text
  --help     shows this text

Without a name all are run. "Per core" means: per second of processor time of the processes that serve, by /proc.
`;

/** Loaded only when asked for, so that one broken part does not keep the others from being measured. */
const BENCHES: Record<string, () => Promise<Bench>> = {
  agent: async () => (await import("./agent.ts")).benchAgent,
  rpc: async () => (await import("./rpc.ts")).benchRpc,
  issue: async () => (await import("./issue.ts")).benchIssue,
  usage: async () => (await import("./usage.ts")).benchUsage,
  idle: async () => (await import("./idle.ts")).benchIdle,
  replication: async () => (await import("./replication.ts")).benchReplication,
  kept: async () => (await import("./kept.ts")).benchKept,
  start: async () => (await import("./start.ts")).benchStart,
  screens: async () => (await import("./screens.ts")).benchScreens,
  "frozen-replica": async () => (await import("./frozen-replica.ts")).benchFrozenReplica,
};
/** Programs of their own that print what they measure. */
const SCRIPTS = ["store", "bytes", "documents", "sessions", "status", "governance", "acts"];

// No measurement, and with options of its own.
const [first, ...rest] = process.argv.slice(2);
const PROGRAMS: Record<string, string> = {
  proof: join(import.meta.dirname, "..", "..", "test", "proof", "main.ts"),
  steady: join(import.meta.dirname, "steady.ts"),
  against: join(import.meta.dirname, "against.ts"),
};
const script = PROGRAMS[first ?? ""];
if (script !== undefined) {
  process.exit(spawnSync(process.execPath, [script, ...rest], { stdio: "inherit" }).status ?? 1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...PACE_OPTIONS,
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else process.exitCode = await bench();

async function bench(): Promise<number> {
  const known = [...Object.keys(BENCHES), ...SCRIPTS];
  const unknown = positionals.find((name) => !known.includes(name));
  const pace = paceOf(values);
  if (unknown !== undefined) return refuse(`${unknown}: choose from ${known.join(", ")}`);
  if (!pace) return refuse(BAD_PACE);
  const { seconds, rounds } = pace;
  const say = (line: string) => values.json || process.stdout.write(`${line}\n`);
  const results: Record<string, Figure[] | string[]> = {};
  const machine = hardware();
  say(`${machine}\nmedian of ${rounds} rounds of ${seconds} s, everything warmed up, clients on the same machine`);
  await using province = openProvince(say);
  for (const name of positionals.length > 0 ? positionals : known) {
    say(`\n${name}`);
    const load = BENCHES[name];
    if (load) {
      const figures = await (await load())({ seconds, rounds, trial: province.trial });
      results[name] = figures;
      for (const figure of figures) say(figureLine(figure));
    } else results[name] = await runScript(name, say);
  }
  say(`\nload of the machine at the end: ${load()}`);
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, seconds, rounds, results }, undefined, 2)}\n`);
  return 0;
}

function hardware(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim()}, ${memory} GB, Linux, Node ${process.version}, load before: ${load()}`;
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function refuse(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}
