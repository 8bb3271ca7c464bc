import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  GetCertificateRequestSchema,
  GetCertificateResponseSchema,
  IssueService,
} from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { BenchRun, Figure } from "./figure.ts";
import { closedLoop, cpuSeconds, inTurns } from "./measure.ts";
import { proofCosts } from "./proof-costs.ts";
import type { BenchTrial } from "./province.ts";
import { type RawCaller, rawCaller } from "./raw-caller.ts";

const CALLERS = 64;

/**
 * `IssueService.GetCertificate`, with token, permission, field rules, call log, metrics and a read of the store, against a
 * grpc-js server that answers the same message over the same TLS and does nothing else. One client, 64 calls in flight. Then what
 * authentication and permission add to a call.
 */
export async function benchRpc({ seconds, rounds, trial }: BenchRun): Promise<Figure[]> {
  const province = await trial();
  const { linghai } = province.trial.cores;
  const identifier = await province.issue();
  const request = create(GetCertificateRequestSchema, { identifier });
  const app = await province.app(linghai, province.department.appKey, IssueService);
  const answer = await app.getCertificate({ identifier });
  await using echo = await startEcho(province, toBinary(GetCertificateResponseSchema, answer));

  const ca = readFileSync(province.trial.files.root);
  const address = linghai.public.issue?.[0]?.replace("https://", "") ?? "";
  const token = await province.token(linghai, province.department.appKey);
  const [real, bare] = [address, echo.address].map((one) =>
    rawCaller(one, ca, IssueService.method.getCertificate, request),
  ) as [RawCaller, RawCaller];
  const used = { real: [0, 0], bare: [0, 0] } as { real: [number, number]; bare: [number, number] };
  const measure = (pids: number[], call: () => Promise<unknown>, sum: [number, number]) => async () => {
    const before = cpuSeconds(pids);
    const rate = await closedLoop(CALLERS, seconds, call);
    sum[0] += cpuSeconds(pids) - before;
    sum[1] += rate * seconds;
    return rate;
  };
  await Promise.all([closedLoop(CALLERS, 2, () => real.call(token)), closedLoop(CALLERS, 2, () => bare.call())]);
  const rates = await inTurns(rounds, {
    bare: measure([echo.pid], () => bare.call(), used.bare),
    real: measure(province.pids(linghai), () => real.call(token), used.real),
  });
  real.close();
  bare.close();
  const cost = { bare: (used.bare[0] * 1e6) / used.bare[1], real: (used.real[0] * 1e6) / used.real[1] };
  const size = `${toBinary(GetCertificateResponseSchema, answer).length} bytes`;
  return [
    {
      name: `bare grpc-js echo over TLS, answer of ${size}`,
      value: rates.bare,
      unit: "calls/s",
      note: `${cost.bare.toFixed(0)} µs CPU of the server a call`,
    },
    {
      name: "GetCertificate of the issue service, same message",
      value: rates.real,
      unit: "calls/s",
      note: `${cost.real.toFixed(0)} µs CPU of the core a call`,
    },
    { name: "service RPC ÷ bare echo, calls/s", value: rates.real / rates.bare, unit: "ratio", aim: 0.8 },
    { name: "CPU of the bare echo ÷ CPU of the service RPC", value: cost.bare / cost.real, unit: "ratio", aim: 0.8 },
    ...(await proofCosts({ seconds, rounds })),
  ];
}

async function startEcho({ trial }: BenchTrial, answer: Uint8Array) {
  const { directory } = trial.cores.linghai;
  const file = join(directory, "echo-answer.bin");
  writeFileSync(file, answer);
  const keys = join(directory, "keys", "core");
  const child = fork(join(import.meta.dirname, "echo.ts"), [`${keys}.pem`, `${keys}.key`, file]);
  const [port] = (await once(child, "message")) as [number];
  return {
    address: `127.0.0.1:${port}`,
    pid: child.pid as number,
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}
