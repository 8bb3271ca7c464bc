import { replicated } from "../trial/links.ts";
import type { BenchRun, Figure } from "./figure.ts";
import { closedLoop, cpuSeconds, median, warmUp } from "./measure.ts";
import { splitOfOne } from "./split.ts";

const CALLERS = 32;
/** Until then the engine still compiles, on threads that would be counted. */
const WARM_CERTIFICATES = 2_000;
const WARM_SECONDS = 40;

/**
 * Licences made (制证) and issued (签发), each drawn as PDF, signed twice in the device under an origin signature with the face
 * drawn again by the agent, verified, durable, and on its way to the province meanwhile.
 */
export async function benchIssue({ seconds, rounds, trial }: BenchRun): Promise<Figure[]> {
  const province = await trial();
  const { linghai, province: hub } = province.trial.cores;
  const core = province.pids(linghai);
  const above = province.pids(hub);
  await warmUp(CALLERS, WARM_CERTIFICATES, WARM_SECONDS, () => province.issue());
  const found: { rate: number; core: number; agent: number; above: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const read = () => [core, [province.agentPid], above].map(cpuSeconds) as [number, number, number];
    const before = read();
    const rate = await closedLoop(CALLERS, seconds, () => province.issue());
    // What is in flight to the province belongs to these certificates.
    await replicated(province.trial, linghai, 120_000);
    const after = read();
    const cost = (index: 0 | 1 | 2) => ((after[index] - before[index]) * 1e3) / (rate * seconds);
    found.push({ rate, core: cost(0), agent: cost(1), above: cost(2) });
  }
  const middle = (pick: (one: (typeof found)[number]) => number) => median(found.map(pick));
  const [coreMs, agentMs] = [middle(({ core: ms }) => ms), middle(({ agent: ms }) => ms)];
  const whole = middle((one) => one.core + one.agent);
  return [
    {
      name: "certificates made, drawn, signed and durable, whole machine",
      value: middle(({ rate }) => rate),
      unit: "certificates/s",
      note: `${CALLERS} callers`,
    },
    { name: "CPU of the city's core (all four services, replication included)", value: coreMs, unit: "ms/certificate" },
    {
      name: "CPU of the agent and its driver (origin verified, face drawn again, 2 signatures)",
      value: agentMs,
      unit: "ms/certificate",
    },
    {
      name: "CPU of the province's core (applies, verifies, receipts)",
      value: middle((one) => one.above),
      unit: "ms/certificate",
    },
    {
      name: "per core: of the city's core, agent and driver together",
      value: 1_000 / whole,
      unit: "certificates/s",
      aim: 145,
    },
    ...(await splitOfOne()),
  ];
}
