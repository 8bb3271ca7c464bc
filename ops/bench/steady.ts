import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Verdict } from "../../services/client/index.ts";
import { readCatalogFiles } from "../trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../trial/connect.ts";
import { ISSUERS, USER } from "../trial/plan.ts";
import { startTrial, type Trial } from "../trial/trial.ts";
import { growthOf, residentBytes } from "./resident.ts";

const HELP = `Holds a steady load on a province of real processes and tells how their memory grows.

  npm run bench -- steady [--minutes N] [--rate N] [--heap]

  --minutes  length (default 30)
  --rate     certificates a second, each made, issued and verified in another city (default 1)
  --heap     writes a heap snapshot of each core behind the first third and at the end, and says where

Ends with 1 where a process has grown by more than 10 % behind the first third.
`;
const EVERY_MS = 10_000;
const ALLOWED = 0.1;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    rate: { type: "string", default: "1" },
    heap: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
if (values.help) process.stdout.write(HELP);
else if (!(minutes > 0 && rate > 0)) refuse("--minutes and --rate are numbers above 0");
else process.exitCode = await steady();

async function steady(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-steady-"));
  const program = (shipped: Parameters<NonNullable<Parameters<typeof startTrial>[0]["program"]>>[0]) => ({
    ...shipped,
    node: [...(shipped.node ?? []), "--heapsnapshot-signal=SIGUSR2", `--diagnostic-dir=${directory}`],
  });
  const trial = await startTrial({
    ...{ directory, layout: "one", store: { engine: "sqlite" } },
    ...(values.heap && { program }),
  });
  try {
    return report(await sampled(trial, directory));
  } finally {
    await trial.stop();
    if (!values.heap) rmSync(directory, { recursive: true, force: true });
  }
}

/** Resident memory of each process, every ten seconds under load. */
async function sampled(trial: Trial, directory: string): Promise<Map<string, number[]>> {
  const processes = [...trial.programs, ...[...trial.agents].map(([name, { running }]) => [name, running] as const)];
  const samples = new Map(processes.map(([name]) => [name, [] as number[]]));
  const end = performance.now() + minutes * 60_000;
  const load = startLoad(trial, () => performance.now() < end);
  const count = Math.floor((minutes * 60_000) / EVERY_MS);
  for (let sample = 0; sample < count; sample++) {
    await pause(EVERY_MS);
    for (const [name, { pid }] of processes) samples.get(name)?.push(residentBytes(pid) ?? Number.NaN);
    if (values.heap && (sample === Math.floor(count / 3) || sample === count - 1)) {
      for (const { pid } of trial.programs.values()) process.kill(pid, "SIGUSR2");
      say(`heap snapshots are written to ${directory}`);
    }
    if (sample % 6 === 5) say(`${(sample + 1) / 6} min  ${lineOf(samples)}`);
  }
  const { done, failed } = await load;
  say(`${done} certificates issued and verified, ${failed} calls failed`);
  return samples;
}

/** Makes, issues and verifies certificates at an even pace while `goesOn`. */
async function startLoad(trial: Trial, goesOn: () => boolean): Promise<{ done: number; failed: number }> {
  const { linghai, pengwan, province } = trial.cores;
  const [licence] = readCatalogFiles().filter(({ name }) => name === "营业执照");
  if (!licence) throw new Error("the seed has no licence");
  const { issuing, ...issuer } = connect(trial, ISSUERS[0]?.appKey ?? "", linghai);
  const user = connect(trial, USER.appKey, pengwan, province);
  const counts = { done: 0, failed: 0 };
  for (let serial = 0; goesOn(); serial++) {
    const next = pause(1_000 / rate);
    try {
      await issuing.make(orderFrom(licence, `steady-${serial}`));
      const { identifier } = await issuing.issue(`steady-${serial}`);
      const { verdict } = await user.use(contextFor(licence, `steady-${serial}`, new Date())).verify(identifier);
      if (verdict !== Verdict.VALID) throw new Error(`${identifier}: verdict ${verdict}`);
      counts.done += 1;
    } catch (error) {
      counts.failed += 1;
      say(`steady-${serial}: ${error}`);
    }
    await next;
  }
  issuer.close();
  user.close();
  return counts;
}

function report(samples: ReadonlyMap<string, readonly number[]>): number {
  let code = 0;
  for (const [name, series] of samples) {
    const growth = growthOf(series);
    if (!(growth <= ALLOWED)) code = 1;
    const [first = 0, last = 0] = [series[0], series.at(-1)];
    say(
      `${name.padEnd(16)} ${shown(first)} → ${shown(last)} MB, ${(growth * 100).toFixed(1)} % behind the first third`,
    );
  }
  return code;
}

function lineOf(samples: ReadonlyMap<string, readonly number[]>): string {
  return [...samples].map(([name, series]) => `${name} ${shown(series.at(-1) ?? 0)}`).join("  ");
}

function shown(bytes: number): string {
  return String(Math.round(bytes / 2 ** 20));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function refuse(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 2;
}
