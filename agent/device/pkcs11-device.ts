import { createHash } from "node:crypto";
import { Refusal } from "../../services/domain/refusal.ts";
import { refusalOfFault } from "./ckr.ts";
import type { Device, DeviceKey } from "./device.ts";
import { type DriverJob, type DriverQueue, startDriver } from "./driver.ts";
import { type DriverAnswer, type DriverRequest, type Mechanism, STANDARD_MECHANISMS } from "./driver-protocol.ts";
import { createHealthProbe } from "./health-probe.ts";

/** How a PKCS#11 device is reached. Paths are absolute. */
export interface Pkcs11Options {
  /** PKCS#11 library of the vendor. */
  module: string;
  tokenLabel: string;
  /** File with the user PIN, readable by the agent's user only. */
  pinFile: string;
  /** Driver processes; each signs one thing at a time. Default 1. */
  processes?: number;
  /** Sessions in each process. Default 2. */
  sessions?: number;
  /** Mechanism numbers that replace or extend {@link STANDARD_MECHANISMS}. */
  mechanisms?: readonly Mechanism[];
  /** Variables for the vendor's library. */
  environment?: Readonly<Record<string, string>>;
  /** Milliseconds that a batch of 64 may take before its driver is taken for hung. Default 30,000. */
  answerTimeoutMs?: number;
  /** Called whenever a driver ended and is started again; for log and metrics. */
  onRestart?: (cause: string) => void;
  /** Source of jitter. */
  random?: () => number;
}

/** A {@link Device} over PKCS#11, with what operators and tests need beside signing. */
export interface Pkcs11Device extends Device {
  /** Initialises a fresh token with the configured label and PIN; never touches one that is initialised (5.8.2). */
  initialize(soPinFile: string): Promise<void>;
  /** Has a driver lose its sessions, to prove that it gets over it. */
  loseSessions(): Promise<void>;
  /** Process ids of the drivers that run now. */
  pids(): number[];
}

/** A job that no driver took for this long is refused: every driver is being restarted. */
const QUEUE_TIMEOUT_MS = 15_000;

/** Opens a PKCS#11 device. Nothing is tried yet: a device that is away may come later. */
export function createPkcs11Device(options: Pkcs11Options): Pkcs11Device {
  const waiting: { job: DriverJob; timer: NodeJS.Timeout }[] = [];
  let closed = false;

  const queue: DriverQueue = {
    take: (count) =>
      waiting.splice(0, count).map(({ job, timer }) => {
        clearTimeout(timer);
        return job;
      }),
    putBack: (jobs) => {
      waiting.unshift(...jobs.map(enqueued));
      wakeAll();
    },
  };
  const drivers = Array.from({ length: options.processes ?? 1 }, () =>
    startDriver(queue, {
      token: {
        module: options.module,
        tokenLabel: options.tokenLabel,
        pinFile: options.pinFile,
        sessions: options.sessions ?? 2,
        mechanisms: mergeMechanisms(options.mechanisms ?? []),
      },
      environment: options.environment ?? {},
      answerTimeoutMs: options.answerTimeoutMs ?? 30_000,
      random: options.random ?? Math.random,
      onRestart: options.onRestart ?? (() => undefined),
    }),
  );
  let woken = false;
  let first = 0;

  function wakeAll(): void {
    if (woken) return;
    woken = true;
    // One message takes all requests of this turn; drivers take turns at being asked first.
    setImmediate(() => {
      woken = false;
      first++;
      for (let index = 0; index < drivers.length; index++) drivers[(first + index) % drivers.length]?.wake();
    });
  }

  function enqueued(job: DriverJob) {
    const timer = setTimeout(() => {
      waiting.splice(
        waiting.findIndex((entry) => entry.job === job),
        1,
      );
      job.settle(new Refusal("DEVICE_FAULT", "the device's driver does not start", { retryAfterMs: 5_000 }));
    }, QUEUE_TIMEOUT_MS);
    return { job, timer };
  }

  function ask(request: DriverRequest): Promise<DriverAnswer & { ok: true }> {
    return new Promise((resolve, reject) => {
      if (closed) return reject(closedRefusal());
      const settle = (answer: DriverAnswer | Refusal) => {
        if (answer instanceof Refusal) reject(answer);
        else if (answer.ok) resolve(answer);
        else reject(refusalOfFault(answer.fault));
      };
      waiting.push(enqueued({ request, deaths: 0, settle }));
      wakeAll();
    });
  }

  async function keysBy(request: DriverRequest): Promise<DeviceKey[]> {
    const answer = await ask(request);
    return "keys" in answer ? answer.keys : [];
  }

  const device: Omit<Pkcs11Device, "health"> = {
    keys: () => keysBy({ op: "keys" }),
    async sign(label, toBeSigned) {
      const digest = createHash("sha256").update(toBeSigned).digest();
      const answer = await ask({ op: "sign", label, digest });
      return "signature" in answer ? answer.signature : new Uint8Array();
    },
    async generateKey(label, algorithm, rsaBits = 3072) {
      const [key] = await keysBy({ op: "generate", label, algorithm, rsaBits });
      return key as DeviceKey;
    },
    async initialize(soPinFile) {
      await ask({ op: "initialize", soPinFile });
    },
    async loseSessions() {
      await ask({ op: "lose-sessions" });
    },
    pids: () => drivers.flatMap((driver) => driver.pid() ?? []),
    async close() {
      closed = true;
      for (const job of queue.take(waiting.length)) job.settle(closedRefusal());
      await Promise.all(drivers.map((driver) => driver.close()));
      for (const job of queue.take(waiting.length)) job.settle(closedRefusal());
    },
  };
  return { ...device, health: createHealthProbe(device) };
}

function mergeMechanisms(configured: readonly Mechanism[]): Mechanism[] {
  const standard = STANDARD_MECHANISMS.filter(
    ({ algorithm }) => !configured.some((own) => own.algorithm === algorithm),
  );
  return [...configured, ...standard];
}

function closedRefusal(): Refusal {
  return new Refusal("CANCELLED", "the device was closed");
}
