import { execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createPkcs11Device } from "../../agent/device/pkcs11-device.ts";
import { createFaceCheck, type FaceCheck } from "../../agent/face-check.ts";
import { openMemory } from "../../agent/memory.ts";
import { loadPolicy } from "../../agent/policy.ts";
import { createRateLimit } from "../../agent/rate-limit.ts";
import { createJobSigner, type SignJob } from "../../agent/sign-job.ts";
import { createRenderPool } from "../../services/document/render-pool.ts";
import { UNWATCHED } from "../../services/host/clock-watch.ts";
import { openJournal } from "../../services/journal/journal.ts";
import { type Department, KEYS, type KeyKind, setUpDepartment } from "./department.ts";
import type { BenchRun, Figure } from "./figure.ts";
import { closedLoop, cpuSeconds, inTurns } from "./measure.ts";
import { startStubCore } from "./stub-core.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..");
/** Jobs that are prepared and asked for round and round; the agent remembers of a job only which message its serial stands for. */
const PREPARED = 128;
/** Jobs in flight where there is no window. */
const IN_FLIGHT = 256;

/**
 * The signing agent against a plain `C_Sign` loop on the same token. A job is one certificate: its origin signature is
 * verified, its intent and result journalled durably, and it costs three signatures, which are verified. Three roads, each
 * longer than the one before: the device alone, jobs within one process whose faces were drawn beforehand, and jobs through the real
 * agent over mutual TLS, which draws both faces of each.
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
  const jobs = department.jobs(kind, PREPARED);
  await using alone = await openAlone(department, kind);
  await using linked = await openLinked(department);
  const label = KEYS[kind];
  await alone.signEach(jobs);
  await linked.sign(jobs, 1);
  let cpu = 0;
  let linkedJobs = 0;
  const measured = await inTurns(rounds, {
    raw: () => rawLoop(department, label, seconds),
    device: () => alone.deviceOnly(label, seconds),
    jobs: () => alone.sign(jobs, seconds),
    link: async () => {
      const before = cpuSeconds([linked.pid]);
      const rate = await linked.sign(jobs, seconds);
      cpu += cpuSeconds([linked.pid]) - before;
      linkedJobs += rate * seconds;
      return rate;
    },
  });
  const { raw, device, link } = measured;
  return [
    { name: `${kind}: raw C_Sign loop (pkcs11js, synchronous, one process)`, value: raw, unit: "signatures/s" },
    {
      name: `${kind}: device path of the agent`,
      value: device,
      unit: "signatures/s",
      note: `${ratio(device, raw)} of raw`,
    },
    {
      name: `${kind}: jobs in one process, faces drawn beforehand`,
      value: measured.jobs,
      unit: "certificates/s",
      note: "3 signatures each",
    },
    {
      name: `${kind}: through the agent over mutual TLS, PDF and OFD drawn`,
      value: link,
      unit: "certificates/s",
      note: `3 signatures each; ${((cpu * 1e3) / linkedJobs).toFixed(2)} ms CPU of agent and driver a certificate`,
    },
    {
      name: `${kind}: signatures of jobs in one process ÷ raw C_Sign`,
      value: (3 * measured.jobs) / raw,
      unit: "ratio",
      aim: 0.5,
    },
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

/** The agent's signer in this process, with its real device, journal, index and policy; no link, and each face drawn once. */
async function openAlone(department: Department, kind: KeyKind) {
  const { device: options, directory, policyFile, documents, catalogVersions, keys } = department;
  const device = createPkcs11Device(options);
  const journals = join(directory, `journal-${KEYS[kind]}`);
  mkdirSync(journals, { mode: 0o700 });
  const now = () => new Date();
  const journal = await openJournal({ directory: journals, name: "agent", now });
  const pool = createRenderPool({ threads: 0 });
  const faces = drawnOnce(createFaceCheck(pool));
  const log = { error: () => undefined, warn: () => undefined };
  const memory = await openMemory({ ...keys, journalDirectory: journals, journal, faces, log });
  memory.hold({ documents, attachments: [], catalogVersions, nodeKeys: new Uint8Array() });
  const { catalog, nodeKeys, serials } = memory;
  const sign = createJobSigner({
    node: "440100",
    policy: loadPolicy(policyFile),
    ...{
      // The bench is of department systems, whose orders no officer confirms.
      officers: { of: () => undefined },
      device,
      journal,
      faces,
      catalog,
      nodeKeys,
      serials,
      rate: createRateLimit(() => performance.now()),
      clockSkewSeconds: 30,
      clock: UNWATCHED,
      now,
    },
    onOutcome: () => undefined,
    log,
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
    async signEach(jobs: readonly SignJob[]) {
      for (const job of jobs) {
        const outcome = await sign(job, "bench");
        if (!outcome.signed) throw outcome.refusal;
      }
    },
    async [Symbol.asyncDispose]() {
      await journal.close();
      memory.close();
      await device.close();
      await pool.close();
    },
  };
}

/** Faces that are drawn the first time and out of memory from then on: what a job costs beside drawing. */
function drawnOnce(faces: FaceCheck): FaceCheck {
  const drawn = new Map<string, ReturnType<FaceCheck["draw"]>>();
  return {
    ...faces,
    draw(message, assets, sealed) {
      const digest = message.faces[0]?.sha256 ?? "";
      const known = drawn.get(digest) ?? faces.draw(message, assets, sealed);
      drawn.set(digest, known);
      return known;
    },
  };
}

/** The real agent as its own process, and a stub core that it dials. */
async function openLinked(department: Awaited<ReturnType<typeof setUpDepartment>>) {
  const core = await startStubCore(department.core, department);
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
