import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { Verdict } from "../../services/client/index.ts";
import { readCatalogFiles } from "../trial/catalog-files.ts";
import { contextFor } from "../trial/connect.ts";
import type { Core } from "../trial/core.ts";
import { replicated } from "../trial/links.ts";
import { LINGHAI, USER, type UsingDepartment } from "../trial/plan.ts";
import { seedUser } from "../trial/seed.ts";
import type { BenchRun, Figure } from "./figure.ts";
import { closedLoop, cpuSeconds, median, quantile } from "./measure.ts";
import type { BenchTrial } from "./province.ts";

const CALLERS = 32;
/** The department that uses certificates in the city that issues them. */
const OWN_USER: UsingDepartment = {
  ...USER,
  // Of its own: a department belongs to one node.
  code: "11440100000009910H",
  name: "岭海市政务服务数据管理局",
  division: LINGHAI.code,
  appKey: "440100-zwfw",
  matter: { code: "440100-SPJY-01", name: USER.matter.name },
};
/** Certificates that are verified in turn. */
const CERTIFICATES = 200;
/** Uses of one code that are taken before the next code. */
const USES = 50;

/**
 * Certificates verified with usage codes (5.4.3): code opened, certificate found, signature judged, use counted durably,
 * receipt signed and in the evidence chain. In the city that issued them, and in another one, through the province.
 */
export async function benchUsage({ seconds, rounds, trial }: BenchRun): Promise<Figure[]> {
  const province = await trial();
  const { linghai, pengwan, province: hub } = province.trial.cores;
  const operator = province.trial.operators.get(LINGHAI.code);
  if (!operator) throw new Error("the city has no operator");
  const secret = await seedUser(linghai, operator, OWN_USER, readCatalogFiles());
  province.trial.secrets.set(OWN_USER.appKey, secret);
  const identifiers: string[] = [];
  await closedLoop(16, 0.1, async () => identifiers.push(await province.issue()));
  while (identifiers.length < CERTIFICATES) {
    identifiers.push(...(await Promise.all(Array.from({ length: 20 }, () => province.issue()))));
  }
  await replicated(province.trial, linghai, 120_000);
  const own = await measure(province, OWN_USER, linghai, [linghai], identifiers, seconds, rounds);
  const other = await measure(province, USER, pengwan, [pengwan, hub, linghai], identifiers, seconds, rounds);
  return [
    {
      name: "verified in the city that issued",
      value: own.rate,
      unit: "verifications/s",
      note: `${CALLERS} callers, whole machine`,
    },
    {
      name: "the same per core: of the city's core",
      value: 1_000 / own.ms,
      unit: "verifications/s",
      aim: 4_000,
      note: `${own.ms.toFixed(2)} ms CPU each`,
    },
    {
      name: "the slowest but 1 in 100, of so many callers at once",
      value: own.p99,
      unit: "ms",
      aim: 20,
      below: true,
    },
    { name: "verified in another city, through the province", value: other.rate, unit: "verifications/s" },
    {
      name: "the same per core: of three cores, both cities' and the province's",
      value: 1_000 / other.ms,
      unit: "verifications/s",
      aim: 800,
      note: `${other.ms.toFixed(2)} ms CPU each`,
    },
  ];
}

async function measure(
  province: BenchTrial,
  user: UsingDepartment,
  place: Core,
  serving: readonly Core[],
  identifiers: readonly string[],
  seconds: number,
  rounds: number,
): Promise<{ rate: number; ms: number; p99: number }> {
  const usage = await province.app(place, user.appKey, UsageService);
  const pids = serving.flatMap((core) => province.pids(core));
  const codes = new Map<number, { code: string; uses: number }>();
  async function codeOf(caller: number): Promise<string> {
    const held = codes.get(caller);
    if (held && held.uses++ < USES) return held.code;
    const inMatter = contextFor(province.licence, `case-${caller}`, new Date());
    const context = { ...inMatter, departmentCode: user.code, matterCode: user.matter.code };
    const { usageCode } = await usage.createUsageContext({ requestId: crypto.randomUUID(), context });
    codes.set(caller, { code: usageCode, uses: 1 });
    return usageCode;
  }
  let waited: number[] = [];
  async function verify(turn: number): Promise<void> {
    const identifier = identifiers[turn % identifiers.length] ?? "";
    const usageCode = await codeOf(turn % CALLERS);
    const begun = performance.now();
    const { verdict } = await usage.verifyCertificate({ usageCode, identifier });
    waited.push(performance.now() - begun);
    if (verdict !== Verdict.VALID) throw new Error(`${identifier} is not valid: ${verdict}`);
  }
  await closedLoop(CALLERS, 2, verify);
  const found: { rate: number; ms: number; p99: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    waited = [];
    const before = cpuSeconds(pids);
    const rate = await closedLoop(CALLERS, seconds, verify);
    found.push({ rate, ms: ((cpuSeconds(pids) - before) * 1e3) / (rate * seconds), p99: quantile(waited, 0.99) });
  }
  const middle = (name: "rate" | "ms" | "p99") => median(found.map((round) => round[name]));
  return { rate: middle("rate"), ms: middle("ms"), p99: middle("p99") };
}
