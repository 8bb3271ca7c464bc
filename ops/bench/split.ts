import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replicated } from "../trial/links.ts";
import type { Figure } from "./figure.ts";
import { closedLoop, cpuSeconds, warmUp } from "./measure.ts";
import { type CpuProfile, timeByStage } from "./profile.ts";
import { startProvince } from "./province.ts";

const CALLERS = 16;
const WARM_CERTIFICATES = 1_000;
const WARM_SECONDS = 30;
const SECONDS = 10;

/**
 * Where the processor time of one certificate goes, by stage: a province of its own runs under V8's profiler, the samples of
 * the measured time are put to stages by the code that they hit. A stage's time is that of its thread, so what it waits for the
 * disk or for a processor is in it; the whole is what the system has counted. Pool threads (file syncs, signatures verified)
 * and the engine's own threads are in the whole only.
 */
export async function splitOfOne(): Promise<Figure[]> {
  const profiles = mkdtempSync(join(tmpdir(), "ecert-bench-profiles-"));
  const given = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = `${given ?? ""} --cpu-prof --cpu-prof-interval=500 --cpu-prof-dir=${profiles}`;
  try {
    const measured = await measure();
    return measured.parts.flatMap(({ what, pids, cpu }) => stagesOf(profiles, what, pids, cpu, measured));
  } finally {
    if (given === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = given;
    rmSync(profiles, { recursive: true, force: true });
  }
}

interface Measured {
  count: number;
  /** Microseconds of the system's monotonic clock, as in profiles. */
  from: number;
  to: number;
  parts: { what: string; pids: number[]; cpu: number }[];
}

async function measure(): Promise<Measured> {
  await using province = await startProvince();
  const { linghai } = province.trial.cores;
  await warmUp(CALLERS, WARM_CERTIFICATES, WARM_SECONDS, () => province.issue());
  const groups = [
    { what: "core", pids: province.pids(linghai) },
    { what: "agent", pids: [province.agentPid] },
  ];
  const before = groups.map(({ pids }) => cpuSeconds(pids));
  const from = now();
  let count = 0;
  await closedLoop(CALLERS, SECONDS, async () => {
    await province.issue();
    count++;
  });
  await replicated(province.trial, linghai, 120_000);
  const to = now();
  const parts = groups.map((group, index) => ({ ...group, cpu: cpuSeconds(group.pids) - (before[index] ?? 0) }));
  return { count, from, to, parts };
}

function now(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** Stages below this share of a certificate are shown together. */
const SMALL_MS = 0.02;

function stagesOf(
  directory: string,
  what: string,
  pids: number[],
  cpu: number,
  { count, from, to }: Measured,
): Figure[] {
  const stages = new Map<string, number>();
  for (const file of readdirSync(directory)) {
    // CPU.<date>.<time>.<pid>.<thread>.<number>.cpuprofile
    if (!pids.includes(Number(file.split(".")[3]))) continue;
    const profile = JSON.parse(readFileSync(join(directory, file), "utf8")) as CpuProfile;
    for (const [stage, us] of timeByStage(profile, from, to)) stages.set(stage, (stages.get(stage) ?? 0) + us);
  }
  const ms = [...stages].map(([stage, us]) => [stage, us / 1e3 / count] as const);
  const seen = ms.reduce((total, [, each]) => total + each, 0);
  const whole = (cpu * 1e3) / count;
  const small = ms.filter(([, each]) => each < SMALL_MS).reduce((total, [, each]) => total + each, 0);
  const lines = [...ms.filter(([, each]) => each >= SMALL_MS), ["everything smaller", small] as const].toSorted(
    ([, a], [, b]) => b - a,
  );
  return [
    {
      name: `split of one certificate, ${what}, under the profiler: whole`,
      value: whole,
      unit: "ms CPU",
      note: `${count} certificates; below: ms of a thread, waits included, ${seen.toFixed(1)} in all`,
    },
    ...lines.map(([stage, value]) => ({ name: `${what}: ${stage}`, value, unit: "ms thread" })),
  ];
}
