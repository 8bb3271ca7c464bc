import { workerData } from "node:worker_threads";
import { ownBytes, serveJobs } from "../../base/serve-jobs.ts";
import { Refusal } from "../../domain/refusal.ts";
import { createListMemory } from "../../trust/list-memory.ts";
import { rangeDigest } from "../../trust/long-term/document-stamp.ts";
import { openSigners } from "../../trust/signers.ts";
import { acceptToken, type TimeStampAnswer } from "../../trust/time-stamp/accept.ts";
import { beginExtension, finishExtension } from "./long-term.ts";
import type { ExtensionOptions } from "./long-term-options.ts";
import type { ExtendAnswer, ExtendJob, ExtendSettings, SentPending } from "./long-term-protocol.ts";

/* Entry of a thread that extends files for `long-term-desk.ts`. */

const { signers: files, stamps } = workerData as ExtendSettings;
// Configured lists stand in every file that was extended by them: one memory for both.
const readList = createListMemory();
let now = new Date();
// A damaged file is told by the serving thread, which watches the same files.
const signers = openSigners(
  files,
  () => now,
  () => {},
  readList,
);

serveJobs<ExtendJob, ExtendAnswer>(extend, (answer) => [("file" in answer ? answer : answer.pending).file.buffer]);

function extend(job: ExtendJob): ExtendAnswer {
  now = job.at;
  const options = { ...signers.current(), level: job.level, at: job.at, readList };
  if ("answer" in job) return { file: stamped(job.pending, job.answer, options) };
  const begun = beginExtension(job.file, { ...options, stamps: stamps !== undefined });
  const file = ownBytes(begun.file);
  if (stamps === undefined || !("byteRange" in begun)) return { file };
  const { from, byteRange } = begun;
  return { pending: { file, from, byteRange }, imprint: rangeDigest(begun.file, byteRange, stamps.hash) };
}

function stamped(pending: SentPending, answer: TimeStampAnswer, options: ExtensionOptions): Uint8Array<ArrayBuffer> {
  const { timeStamps, at } = options;
  if (timeStamps === undefined) {
    throw new Refusal("INVALID_FIELD", "signers.timeStamps: name the authorities of time stamps in the configuration");
  }
  const file = Buffer.from(pending.file.buffer, pending.file.byteOffset, pending.file.byteLength);
  const policy = stamps?.policy;
  const demand = { trust: timeStamps, at, ...(policy !== undefined && { policy }) };
  const token = acceptToken(answer, (hash) => rangeDigest(file, pending.byteRange, hash), demand);
  return ownBytes(finishExtension({ ...pending, file }, token, options));
}
