/**
 * Part of the bench of documents: a process that serves a small RPC and draws, signs and packs faces in worker threads as the
 * issue service does. `node loop.ts MODE SECONDS`, started by `fork`. MODE `drawing` draws here; `quiet` does not, and shows what
 * the loop does on its own while something else uses the machine. Answers its port first, what it has seen at the end.
 */
import { generateKeyPairSync, sign } from "node:crypto";
import { availableParallelism } from "node:os";
import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { embedSignature } from "../../services/document/prepared-pdf.ts";
import { createRenderPool } from "../../services/document/render-pool.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { sampleMessage } from "../docs/sample-message.ts";
import { type CatalogFile, readCatalogFiles } from "../trial/catalog-files.ts";
import { watchTurns } from "./turns.ts";
import { varied } from "./vary.ts";

/** What the child tells at its end. Times are milliseconds. */
export interface LoopReport {
  drawn: number;
  /** Delay of a timer that is due every millisecond, the process's or thread's waiting for a processor included. */
  delay: { p99: number; p999: number; max: number };
  /** Processor time of the longest turn of the loop, as the system counts it: what blocks it, whatever else the machine does. */
  turn: number;
  /** Longest pause for garbage collection on the serving thread. */
  collection: number;
  /** Processor time of the serving thread for one certificate. */
  each: number;
}

/** The method of the echo. */
export const ECHO = {
  path: "/bench.Echo/Say",
  requestStream: false,
  responseStream: false,
  requestSerialize: (bytes: Buffer) => bytes,
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (bytes: Buffer) => bytes,
  responseDeserialize: (bytes: Buffer) => bytes,
} as const;

const THREADS = Math.min(Math.max(availableParallelism() - 1, 1), 8);
/** Certificates under way at a time. */
const CALLERS = 2 * THREADS + 2;
const WARM_MS = 3_000;

async function serve(): Promise<number> {
  const server = new Server();
  server.addService(
    { say: ECHO },
    { say: ({ request }: ServerUnaryCall<Buffer, Buffer>, reply: sendUnaryData<Buffer>) => reply(null, request) },
  );
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
}

/** Draws certificates of the seed's licence, each another, until told to stop; counts them. */
function drawing() {
  const seed = readCatalogFiles().find(({ file }) => file === "business-licence") as CatalogFile;
  const pool = createRenderPool({ threads: THREADS });
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const message = sampleMessage(seed);
  const state = { drawn: 0, stopped: false };
  async function one(turn: number): Promise<void> {
    const face = await pool.compile(seed.content.faceTemplateJson, seed.sealPicture);
    const source = { ...message, data: varied(message.data, turn) };
    const { pdf, ofd } = await face.prepareBoth(source);
    const pending = prepareOfdSignature(ofd, { suite: "ecdsa-p256-sha256" });
    const value = sign("sha256", pending.digest, privateKey);
    sha256Hex(embedSignature(pdf, value));
    sha256Hex(finishOfd(pending, value));
    state.drawn++;
  }
  let turn = 0;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (!state.stopped) await one(turn++);
  });
  return {
    state,
    async stop() {
      state.stopped = true;
      await Promise.all(callers);
      await pool.close();
    },
  };
}

async function main(mode: string, seconds: number): Promise<LoopReport> {
  process.send?.(await serve());
  const work = mode === "drawing" ? drawing() : undefined;
  await new Promise((resolve) => setTimeout(resolve, WARM_MS));
  const pauses: number[] = [];
  const observer = new PerformanceObserver((list) => pauses.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ["gc"] });
  const before = work?.state.drawn ?? 0;
  const used = process.threadCpuUsage();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, seconds * 500));
  delay.disable();
  const { user, system } = process.threadCpuUsage(used);
  const drawn = (work?.state.drawn ?? 0) - before;
  // On its own, since looking at every turn keeps the loop from ever resting.
  const watch = watchTurns();
  await new Promise((resolve) => setTimeout(resolve, seconds * 500));
  const turn = watch.longest();
  watch.stop();
  await work?.stop();
  const ms = (nanoseconds: number) => nanoseconds / 1e6;
  return {
    drawn,
    delay: { p99: ms(delay.percentile(99)), p999: ms(delay.percentile(99.9)), max: ms(delay.max) },
    turn,
    collection: Math.max(0, ...pauses),
    each: drawn === 0 ? 0 : (user + system) / 1e3 / drawn,
  };
}

if (process.send) {
  const [mode = "", seconds = "10"] = process.argv.slice(2);
  process.send(await main(mode, Number(seconds)), () => process.exit(0));
}
