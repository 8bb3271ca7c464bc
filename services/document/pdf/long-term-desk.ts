import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createThreadPool, type ThreadPool } from "../../base/thread-pool.ts";
import type { SignerFiles } from "../../domain/authority-files.ts";
import { Refusal } from "../../domain/refusal.ts";
import {
  DEFAULT_HASH,
  openTimeStampService,
  type TimeStampService,
  type TimeStampServiceOptions,
} from "../../trust/time-stamp/client.ts";
import type { ExtensionOptions } from "./long-term-options.ts";
import type { ExtendAnswer, ExtendJob, ExtendSettings } from "./long-term-protocol.ts";

/** Extends signed PDFs for callers, by what a process is configured with, in threads of its own. */
export interface LongTermDesk {
  /**
   * See `extendPdf`. Refuses `OVERLOADED` with retry advice beyond {@link MAX_UNDER_WAY} at a time, `DEADLINE_EXCEEDED` for
   * a file that keeps a thread for more than {@link MAX_MS}, and `CANCELLED` once the desk is closed.
   */
  extend(pdf: Uint8Array, level: ExtensionOptions["level"]): Promise<Uint8Array>;
  /** Ends the threads and the connections; files under way are refused. */
  close(): Promise<void>;
}

/** Settings of {@link createLongTermDesk}. */
export interface LongTermDeskOptions {
  /** Read by the threads, each of which watches the files. */
  signers: SignerFiles;
  /** The time stamp authority; without it B-LTA is refused (`LONG_TERM_INCOMPLETE`). */
  timeStamp?: Omit<TimeStampServiceOptions, "ca"> & { caFile?: string };
  now: () => Date;
}

/** Files that are being extended at a time: in a thread, waiting for one, or waiting for the time stamp authority. */
export const MAX_UNDER_WAY = 8;
/** Most milliseconds of a thread that a file may take each time: new lists of 64 MiB are read within it. */
export const MAX_MS = 30_000;
const THREADS = Math.min(Math.max(availableParallelism() - 1, 1), 2);
const RETRY_AFTER_MS = 500;

/**
 * Creates a desk. Its threads start at the first file, and nothing is sent before the first document time stamp. Files are
 * examined, composed and verified in the threads; the serving loop talks to the time stamp authority and believes nothing.
 */
export function createLongTermDesk({ signers, timeStamp, now }: LongTermDeskOptions): LongTermDesk {
  const service = timeStamp && serviceOf(timeStamp);
  let pool: ThreadPool<ExtendJob, ExtendAnswer> | undefined;
  let underWay = 0;
  let closed = false;

  async function run(job: ExtendJob): Promise<ExtendAnswer> {
    if (closed) throw new Refusal("CANCELLED", "no more files are extended here");
    pool ??= openPool(signers, timeStamp);
    return pool.run(job, [("file" in job ? job : job.pending).file.buffer]);
  }

  async function extend(pdf: Uint8Array, level: ExtensionOptions["level"]): Promise<Uint8Array> {
    // The caller's octets may be a part of a larger message: only a copy changes hands.
    const begun = await run({ file: new Uint8Array(pdf), level, at: now() });
    if ("file" in begun) return begun.file;
    if (service === undefined) throw new Error("a stamp is wanted without an authority");
    const answer = await service.ask(begun.imprint);
    const ended = await run({ pending: begun.pending, answer, level, at: now() });
    if ("file" in ended) return ended.file;
    throw new Error("a second stamp is wanted");
  }

  return {
    async extend(pdf, level) {
      if (underWay >= MAX_UNDER_WAY) {
        throw new Refusal("OVERLOADED", `${MAX_UNDER_WAY} files are being extended already`, {
          retryAfterMs: RETRY_AFTER_MS,
        });
      }
      underWay += 1;
      try {
        return await extend(pdf, level);
      } finally {
        underWay -= 1;
      }
    },
    async close() {
      closed = true;
      service?.close();
      await pool?.close();
    },
  };
}

function openPool(signers: SignerFiles, timeStamp: LongTermDeskOptions["timeStamp"]) {
  const { hash = DEFAULT_HASH, policy } = timeStamp ?? {};
  const stamps = timeStamp && { hash, ...(policy !== undefined && { policy }) };
  return createThreadPool<ExtendJob, ExtendAnswer>({
    entry: new URL("./long-term-worker.ts", import.meta.url),
    what: "extending a file",
    threads: THREADS,
    maxWaiting: MAX_UNDER_WAY,
    maxMs: MAX_MS,
    workerData: { signers, ...(stamps && { stamps }) } satisfies ExtendSettings,
  });
}

function serviceOf({ caFile, ...settings }: NonNullable<LongTermDeskOptions["timeStamp"]>): TimeStampService {
  return openTimeStampService({ ...settings, ...(caFile !== undefined && { ca: readFileSync(caFile, "utf8") }) });
}
