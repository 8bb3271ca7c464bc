import { parentPort, type Transferable } from "node:worker_threads";
import type { Reason } from "../domain/reason.ts";
import { type FieldViolation, Refusal } from "../domain/refusal.ts";

/** What a thread of a pool sends: once that it is ready, then per job an answer, or why there is none. */
export type ThreadMessage<Answer> =
  | { ready: true }
  | { answer: Answer }
  | { refusal: SentRefusal }
  | { failure: string };

/** A refusal as it goes from thread to thread, whole: the pool makes the same one of it. */
export interface SentRefusal {
  reason: Reason;
  message: string;
  fields: FieldViolation[];
  metadata: Record<string, string>;
  retryAfterMs: number | undefined;
}

/** The thread's side of a `ThreadPool`: does every job that comes. What `transferOf` lists changes hands instead of being copied. */
export function serveJobs<Job, Answer>(
  work: (job: Job) => Answer | Promise<Answer>,
  transferOf: (answer: Answer) => readonly Transferable[] = () => [],
): void {
  const send = (message: ThreadMessage<Answer>, transfer: readonly Transferable[] = []) =>
    parentPort?.postMessage(message, transfer);
  parentPort?.on("message", async (job: Job) => {
    try {
      const answer = await work(job);
      send({ answer }, transferOf(answer));
    } catch (error) {
      send(faultOf(error));
    }
  });
  send({ ready: true });
}

/** A buffer's memory to hand over. Small buffers share a pool that must not be handed over: they are copied instead. */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  return whole ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

function faultOf(error: unknown): ThreadMessage<never> {
  if (!(error instanceof Refusal)) return { failure: error instanceof Error ? (error.stack ?? "") : String(error) };
  const { reason, message, fields, metadata, retryAfterMs } = error;
  return { refusal: { reason, message, fields: [...fields], metadata: { ...metadata }, retryAfterMs } };
}
