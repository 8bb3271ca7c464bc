import { execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createPkcs11Device } from "../../agent/device/pkcs11-device.ts";
import { createFaceCheck } from "../../agent/face-check.ts";
import { loadPolicy } from "../../agent/policy.ts";
import { createRateLimit } from "../../agent/rate-limit.ts";
import { createJobSigner, type SignJob } from "../../agent/sign-job.ts";
import { createRenderPool } from "../../services/document/render-pool.ts";
import { openJournal } from "../../services/runtime/journal.ts";
import { type Department, KEYS, type KeyKind, setUpDepartment } from "./department.ts";
import type { BenchRun, Figure } from "./figure.ts";
import { closedLoop, cpuSeconds, inTurns } from "./measure.ts";
import { startStubCore } from "./stub-core.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..");
/** Jobs that are prepared and asked for round and round; no part of the agent remembers a job. */
const PREPARED = 256;
/** Jobs in flight where there is no window. */
const IN_FLIGHT = 256;

/**
 * The signing agent against a plain `C_Sign` loop on the same token. A job is one certificate: its origin signature is
 * verified, its intent and result journalled durably, and it costs two signatures, which are verified. Four roads, each
 * longer than the one before: the device alone, jobs within one process, jobs through the real agent over mutual TLS, and
 * the same with every face drawn again.
 */
export async function benchAgent({ seconds, rounds }: BenchRun): Promise<Figure[]> {
  const department = await setUpDepartment();
  try {
    const figures: Figure[] = [];
    for (const kind of Object.keys(KEYS) as KeyKind[])
      figures.push(...(await benchKey(department, kind, seconds, rounds)));
    return figures;
  } finally {
    department.dispose();
  }
}

async function benchKey(
  department: Awaited<ReturnType<typeof setUpDepartment>>,
  kind: KeyKind,
  seconds: number,
  rounds: number,
): Promise<Figure[]> {
  const jobs = { never: department.jobs(kind, "never", PREPARED), always: department.jobs(kind, "always", PREPARED) };
  await using alone = await openAlone(department, kind);
  await using linked = await openLinked(department);
  const label = KEYS[kind];
  await alone.sign(jobs.never, 1);
  await linked.sign(jobs.never, 1);
  await linked.sign(jobs.always, 1);
  let cpu = 0;
  let linkedJobs = 0;
  const measured = await inTurns(rounds, {
    raw: () => rawLoop(department, label, seconds),
    device: () => alone.deviceOnly(label, seconds),
    jobs: () => alone.sign(jobs.never, seconds),
    link: async () => {
      const before = cpuSeconds([linked.pid]);
      const rate = await linked.sign(jobs.never, seconds);
      cpu += cpuSeconds([linked.pid]) - before;
      linkedJobs += rate * seconds;
      return rate;
    },
    drawn: () => linked.sign(jobs.always, seconds),
  });
  const { raw, device, link, drawn } = measured;
  return [
    { name: `${kind}: raw C_Sign loop (pkcs11js, synchronous, one process)`, value: raw, unit: "signatures/s" },
    {
      name: `${kind}: device path of the agent`,
      value: device,
      unit: "signatures/s",
      note: `${ratio(device, raw)} of raw`,
    },
    {
      name: `${kind}: jobs in one process, face not drawn`,
      value: measured.jobs,
      unit: "certificates/s",
      note: "2 signatures each",
    },
    {
      name: `${kind}: through the agent over mutual TLS, face not drawn`,
      value: link,
      unit: "certificates/s",
      note: `2 signatures each; ${((cpu * 1e3) / linkedJobs).toFixed(2)} ms CPU of agent and driver a certificate`,
    },
    { name: `${kind}: the same, every face drawn again`, value: drawn, unit: "certificates/s" },
    { name: `${kind}: signatures through the agent ÷ raw C_Sign`, value: (2 * link) / raw, unit: "ratio", aim: 0.5 },
  ];
}

function ratio(value: number, base: number): string {
  return (value / base).toFixed(2);
}

async function rawLoop({ device }: Department, label: string, seconds: number): Promise<number> {
  const pin = readFileSync(device.pinFile, "utf8");
  const script = join(import.meta.dirname, "raw-loop.ts");
  const args = [script, device.module, device.tokenLabel, pin, label, String(seconds)];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...device.environment } });
  return Number(stdout);
}

/** The agent's signer in this process, with its real device, journal and policy, and no link. */
async function openAlone({ device: options, directory, policyFile, documents }: Department, kind: KeyKind) {
  const device = createPkcs11Device(options);
  const journals = join(directory, `journal-${KEYS[kind]}`);
  mkdirSync(journals, { mode: 0o700 });
  const now = () => new Date();
  const journal = await openJournal({ directory: journals, name: "agent", now });
  const pool = createRenderPool({ threads: 0 });
  const faces = createFaceCheck(pool);
  faces.hold(documents);
  const sign = createJobSigner({
    node: "440100",
    policy: loadPolicy(policyFile),
    ...{ device, journal, faces, rate: createRateLimit(now), clockSkewSeconds: 30, now, random: Math.random },
    onOutcome: () => undefined,
    log: { error: () => undefined },
  });
  return {
    deviceOnly: (label: string, seconds: number) => {
      const toBeSigned = Buffer.alloc(64, 7);
      return closedLoop(IN_FLIGHT, seconds, () => device.sign(label, toBeSigned));
    },
    sign: (jobs: readonly SignJob[], seconds: number) =>
      closedLoop(IN_FLIGHT, seconds, async (turn) => {
        const outcome = await sign(jobs[turn % jobs.length] as SignJob, "bench");
        if (!outcome.signed) throw outcome.refusal;
      }),
    async [Symbol.asyncDispose]() {
      await journal.close();
      await device.close();
      await pool.close();
    },
  };
}

/** The real agent as its own process, and a stub core that it dials. */
async function openLinked(department: Awaited<ReturnType<typeof setUpDepartment>>) {
  const core = await startStubCore(department.core, department.documents);
  department.pointTo(core.address);
  const args = [join(ROOT, "agent/main.ts"), "run", "--config", department.configFile];
  const agent = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<never>((_, reject) => agent.once("exit", () => reject(new Error("the agent ended"))));
  ended.catch(() => undefined);
  await Promise.race([core.connected, ended]);
  return {
    pid: agent.pid as number,
    sign: (jobs: readonly SignJob[], seconds: number) => Promise.race([core.feed(jobs, seconds), ended]),
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => agent.once("exit", resolve));
      agent.kill("SIGTERM");
      await gone;
      core.close();
    },
  };
}
