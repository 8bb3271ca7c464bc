import { setTimeout as pause } from "node:timers/promises";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { replicated } from "../trial/links.ts";
import { LINGHAI } from "../trial/plan.ts";
import type { BenchRun, Figure } from "./figure.ts";
import { closedLoop, quantile } from "./measure.ts";
import type { BenchTrial } from "./province.ts";

/** Certificates whose lag is taken one by one. */
const SAMPLES = 60;
/** Callers of the burst. */
const CALLERS = 32;

/**
 * Replication lag: from the answer of `IssueCertificate` until the province's receipt is back, that is until the certificate,
 * with its file, is durable there. Once with nothing else to do, once after a burst.
 */
export async function benchReplication({ seconds, trial }: BenchRun): Promise<Figure[]> {
  const province = await trial();
  await replicated(province.trial, province.trial.cores.linghai, 120_000);
  const lags: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    await province.issue();
    const answered = performance.now();
    await confirmed(province);
    lags.push(performance.now() - answered);
  }
  const start = performance.now();
  let count = 0;
  await closedLoop(CALLERS, seconds, async () => {
    await province.issue();
    count++;
  });
  const stopped = performance.now();
  await replicated(province.trial, province.trial.cores.linghai, 300_000);
  const end = performance.now();
  return [
    {
      name: "replication lag, quiet, median",
      value: quantile(lags, 0.5),
      unit: "ms",
      note: `${SAMPLES} certificates; receipt back in the city`,
    },
    { name: "replication lag, quiet, 95 of 100", value: quantile(lags, 0.95), unit: "ms" },
    {
      name: "certificates issued and confirmed by the province, under load",
      value: (count * 1e3) / (end - start),
      unit: "certificates/s",
    },
    {
      name: "backlog worked off after a burst",
      value: (end - stopped) / 1e3,
      unit: "s",
      note: `burst of ${count} certificates in ${((stopped - start) / 1e3).toFixed(0)} s`,
    },
  ];
}

async function confirmed({ trial }: BenchTrial): Promise<void> {
  const { linghai } = trial.cores;
  const links = trial.operators.get(LINGHAI.code)?.client(LinkService, linghai.mesh.sync?.[0] ?? "");
  for (;;) {
    const answer = await links?.getLinks({});
    if (answer?.links.every(({ pending }) => pending === 0n)) return;
    await pause(2);
  }
}
