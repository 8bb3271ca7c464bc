import { setTimeout as pause } from "node:timers/promises";
import type { BenchRun, Figure } from "./figure.ts";
import { cpuSeconds, median } from "./measure.ts";

/** What a core that has nothing to do may take of a processor, in a hundred. */
const AIM = 1.25;
/** Behind the last call: marks that nobody asks for are followed no longer by then. */
const SETTLE_MS = 65_000;

/** Processor time of cores that nobody calls: their links, their readiness, and whatever they look after. */
export async function benchIdle({ seconds, rounds, trial }: BenchRun): Promise<Figure[]> {
  const { trial: province, pids } = await trial();
  await pause(SETTLE_MS);
  const cores = [province.cores.linghai, province.cores.province];
  const taken = cores.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    const before = cores.map((core) => cpuSeconds(pids(core)));
    const begun = performance.now();
    await pause(seconds * 1_000);
    const passed = (performance.now() - begun) / 1_000;
    for (const [at, core] of cores.entries())
      taken[at]?.push((100 * (cpuSeconds(pids(core)) - (before[at] ?? 0))) / passed);
  }
  return cores.map(({ node }, at) => ({
    name: `core ${node.code} without a call`,
    value: median(taken[at] ?? []),
    unit: "% of a core",
    aim: AIM,
    below: true,
  }));
}
