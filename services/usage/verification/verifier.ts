import { availableParallelism } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ownBytes } from "../../base/serve-jobs.ts";
import { createThreadPool, type ThreadPool } from "../../base/thread-pool.ts";
import type { SignerFiles } from "../../domain/authority-files.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { StatusSource } from "../../statement/status-source.ts";
import type { VerificationReport } from "../../trust/verification/report.ts";
import type { SharedRegister, Verified, VerifyAnswer, VerifyJob } from "./verify-protocol.ts";

/** Most milliseconds that a document may take in its thread, each time that it is looked at. */
export const MAX_MS = 2_000;
/** Heap of one thread, MiB. With the bytes that the readers unpack outside of it a thread stays below 256. */
export const MAX_HEAP_MB = { old: 160, young: 32 };
/** Documents that may wait for a thread, and the bytes of all that are held, waiting or not. */
export const MAX_WAITING = 100;
export const MAX_HELD_BYTES = 128 << 20;

const THREADS = Math.min(Math.max(availableParallelism() - 1, 1), 4);
const RETRY_AFTER_MS = 1_000;

/** A document as it came. */
export type Given = Pick<
  VerifyJob,
  "document" | "messageSignature" | "message" | "messageWanted" | "at" | "registerExpected" | "sandbox"
>;

/** What a document with a good signature is judged by, asked from the serving thread. */
export interface Asked {
  status: StatusSource;
  /** The register of issuers; absent where none can be had now. */
  register?: SharedRegister;
}

/** Verifies documents that anybody may hand in, in threads of its own: a hostile one disturbs nobody. */
export interface Verifier {
  /**
   * Verifies as `verifyDocument` of the trust floor does. Rejects with `DEADLINE_EXCEEDED` or
   * `TOO_LARGE` where a document takes more than {@link MAX_MS} or the memory of a thread, and `OVERLOADED` with advice
   * where too many wait.
   */
  verify(given: Given, ask: Asked): Promise<VerificationReport>;
  /** As `verify`, and of a genuine document that holds its data message gives this one, where `messageWanted`. */
  verifyAndRead(given: Given, ask: Asked): Promise<Verified>;
  close(): Promise<void>;
}

/** Options of {@link createVerifier}; the defaults are those of the service. */
export interface VerifierOptions {
  threads?: number;
  maxMs?: number;
  maxHeldBytes?: number;
}

/** Creates a verifier. Its threads start at the first document: most processes are never asked. */
export function createVerifier(
  signers: SignerFiles,
  { threads = THREADS, maxMs = MAX_MS, maxHeldBytes = MAX_HELD_BYTES }: VerifierOptions = {},
): Verifier {
  let pool: ThreadPool<VerifyJob, VerifyAnswer> | undefined;
  let held = 0;

  const open = () =>
    createThreadPool<VerifyJob, VerifyAnswer>({
      entry: new URL("./verify-worker.ts", import.meta.url),
      what: "verifying a document",
      threads,
      maxWaiting: MAX_WAITING,
      maxMs,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB.old, maxYoungGenerationSizeMb: MAX_HEAP_MB.young },
      workerData: signers satisfies SignerFiles,
    });

  async function run(job: VerifyJob): Promise<VerifyAnswer> {
    pool ??= open();
    const document = ownBytes(job.document);
    return pool.run({ ...job, document }, [document.buffer]);
  }

  const verifier: Verifier = {
    verify: async (given, ask) => (await verifier.verifyAndRead(given, ask)).report,
    async verifyAndRead(given, ask) {
      const size = given.document.length + (given.message?.length ?? 0);
      if (held + size > maxHeldBytes) {
        throw new Refusal("OVERLOADED", "too many documents are being verified", { retryAfterMs: RETRY_AFTER_MS });
      }
      held += size;
      try {
        const first = await run({ ...given, document: await copied(given.document) });
        if ("report" in first) return first;
        const { identifier, ...about } = first.question;
        const status = await ask.status.statusOf(identifier, about);
        const known = { identifier, status, ...(ask.register && { register: ask.register }) };
        const second = await run({ ...given, document: first.document, known });
        if ("report" in second) return second;
        throw new Error("the engine asked twice");
      } finally {
        held -= size;
      }
    },
    close: async () => pool?.close(),
  };
  return verifier;
}

/** Bytes that are copied in one turn of the loop: ten megabytes at once would keep other calls waiting. */
export const COPIED_AT_ONCE = 2 << 20;

/** A copy that may change hands: what came shares its memory with the rest of the message. */
async function copied(bytes: Uint8Array): Promise<Uint8Array> {
  const copy = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += COPIED_AT_ONCE) {
    if (at > 0) await nextTurn();
    copy.set(bytes.subarray(at, at + COPIED_AT_ONCE), at);
  }
  return copy;
}
