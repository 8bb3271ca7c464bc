import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type VerifyDocumentRequestSchema,
  type VerifyDocumentResponse,
  VerifyService,
} from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { secondsLeft } from "../domain/time-left.ts";
import { type Sent, sendFile, type UploadCalls } from "../file-view/send-file.ts";
import { call, STOPPED } from "../public-page/call.ts";
import { Faulty } from "../public-page/fault.ts";
import { type Handed, MAX_PART_BYTES } from "./given-files.ts";

/** Longest time for one part: what takes more is a broken line. */
const PART_TIMEOUT_MS = 60_000;
/** Reasons for which nobody could answer: then it goes on by itself as soon as somebody can. */
const AWAY: ReadonlySet<string> = new Set(["", "PEER_AWAY"]);
/** Reasons for which a process takes no part of a document: its memory is full, or parts of it lie with another process of the same node. */
const NO_PARTS: ReadonlySet<string> = new Set(["OVERLOADED", "UPLOAD_UNKNOWN", "INVALID_FIELD"]);
/** The same of the verdict: that too many were asked for is told, not asked again. */
const NO_DOCUMENT: ReadonlySet<string> = new Set(["UPLOAD_UNKNOWN", "INVALID_FIELD"]);

/** How far a document is on its way. */
export interface Way {
  /** What has gone out, 0 to 1. */
  readonly share: number;
  /** Seconds until all has, where that is known. */
  readonly left?: number | undefined;
  /** The line is broken; it goes on by itself. */
  readonly waiting: boolean;
}

/** What goes with a document. */
export interface SendOptions {
  readonly onWay: (way: Way) => void;
  readonly signal: AbortSignal;
  /** The node shall draw the face, too. */
  readonly faceWanted?: boolean;
}

/**
 * Hands a document in and has it verified. A large one goes part by part: where the line breaks it waits, and only what has not come goes again; the node forgets it
 * with the answer, or when it is stopped. Where the node keeps no parts now, or another process of it answers than the one that has them, it goes at once. Rejects with {@link Faulty}.
 */
export async function sendDocument(handed: Handed, options: SendOptions): Promise<VerifyDocumentResponse> {
  if (handed.document.length <= MAX_PART_BYTES) return sendWhole(handed, options);
  try {
    return await sendInParts(handed, options);
  } catch (error) {
    if (options.signal.aborted) throw new Faulty(STOPPED);
    if (error instanceof KeepsNoParts) return sendWhole(handed, options);
    throw error;
  }
}

/** Who answers keeps no parts now, or not these. */
class KeepsNoParts extends Error {}

function sendWhole(handed: Handed, { onWay, signal, faceWanted = false }: SendOptions) {
  const begunAt = performance.now();
  const onSent = (share: number) =>
    onWay({ share, left: secondsLeft(performance.now() - begunAt, share, 1), waiting: false });
  return call(VerifyService.method.verifyDocument, { ...handed, faceWanted }, { onSent, signal });
}

async function sendInParts(
  { document, ...beside }: Handed,
  { onWay, signal, faceWanted = false }: SendOptions,
): Promise<VerifyDocumentResponse> {
  const { beginDocument, putDocumentPart, dropDocument, verifyDocument } = VerifyService.method;
  const documentId = crypto.randomUUID();
  const drop = () => call(dropDocument, { documentId });
  const request: MessageInitShape<typeof VerifyDocumentRequestSchema> = { ...beside, documentId, faceWanted };
  const options = { signal, timeoutMs: PART_TIMEOUT_MS };
  const state = (received: number, finished = false): { upload: Sent } => ({
    upload: { uploadId: documentId, sha256: "", received, finished },
  });
  let answer: VerifyDocumentResponse | undefined;
  const calls: UploadCalls = {
    begin: async (file) =>
      state((await unlessRefused(NO_PARTS, call(beginDocument, { ...file, documentId }, options))).received),
    put: async ({ offset, content }) => {
      const part = call(putDocumentPart, { documentId, offset, content }, options);
      return state((await unlessRefused(NO_PARTS, part)).received);
    },
    finish: async () => {
      answer = await unlessRefused(NO_DOCUMENT, call(verifyDocument, request, { signal }));
      return state(document.length, true);
    },
    drop,
    isAway: (error) => error instanceof Faulty && AWAY.has(error.fault.reason),
  };
  try {
    await sendFile(document, calls, {
      signal,
      partBytes: MAX_PART_BYTES,
      onProgress: ({ sent, bytes, secondsLeft: left, waiting }) => onWay({ share: sent / bytes, left, waiting }),
    });
    return answer as VerifyDocumentResponse;
  } finally {
    // What cannot be dropped now the node forgets by itself.
    drop().catch(() => {});
  }
}

async function unlessRefused<T>(reasons: ReadonlySet<string>, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof Faulty && reasons.has(error.fault.reason) ? new KeepsNoParts() : error;
  }
}
