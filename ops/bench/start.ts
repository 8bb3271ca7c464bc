import type { BenchRun, Figure } from "./figure.ts";
import { cpuSeconds, median } from "./measure.ts";

/** Seconds of processor time that the start of a core may take. */
const AIM = 1.5;

/** What it takes to start again a core and an agent that were killed, until they serve. */
export async function benchStart({ rounds, trial }: BenchRun): Promise<Figure[]> {
  const { trial: province, department } = await trial();
  const core = province.programs.get(`${province.cores.linghai.node.code}/core`);
  const agent = province.agents.get(department.agent)?.running;
  const figures: Figure[] = [];
  for (const [name, program] of [["core", core] as const, ["agent", agent] as const]) {
    if (!program) throw new Error(`there is no ${name}`);
    const [passed, taken]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now();
      await program.restart();
      passed.push((performance.now() - begun) / 1_000);
      taken.push(cpuSeconds([program.pid]));
    }
    const note = `${median(passed).toFixed(1)} s of wall clock, on a machine that runs a whole province`;
    const figure = { name: `start of a ${name} that was killed`, value: median(taken), unit: "s of processor", note };
    figures.push(name === "core" ? { ...figure, aim: AIM, below: true } : figure);
  }
  return figures;
}
