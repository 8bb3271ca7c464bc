import { randomUUID } from "node:crypto";
import { callerName } from "../../call/chain/caller.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { uploadUnknown } from "../../domain/upload-refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { listOf } from "../../store/pages-of.ts";
import type { IssueContext } from "../context.ts";
import { joinedParts } from "./upload-content.ts";
import { partId, receivedOf, type UploadDocument } from "./upload-record.ts";

/** How long an upload is known. */
const LIFE_MS = 24 * 3_600_000;
/** One that has less left is not begun again, but anew: what names it still has to come. */
const LEAST_LEFT_MS = 3_600_000;
/** Uploads of a caller that were not used yet. */
export const MOST_OPEN = 40;
/** Parts of one file: a part is a document and a durable write. */
const MOST_PARTS = 100;
const RETRY_MS = 60_000;
const TRIES = 5;

type Uploads = Pick<IssueContext, "uploads" | "runtime">;

/** Begins an upload, or gives the one of the same file that the caller has begun already. Refused: `OVERLOADED`. */
export async function beginUpload(
  { uploads: { uploads }, runtime }: Uploads,
  call: CallContext,
  { bytes, sha256 }: { bytes: number; sha256: string },
): Promise<UploadDocument> {
  const by = callerName(call.caller);
  const now = runtime.now();
  const open = await listOf(uploads, { index: "open", equals: [by], from: now.toISOString() });
  const lasts = new Date(now.getTime() + LEAST_LEFT_MS).toISOString();
  const same = open.find((one) => one.sha256 === sha256 && one.bytes === bytes && one.expires > lasts);
  if (same) return same;
  if (open.length >= MOST_OPEN) {
    const message = `${MOST_OPEN} of your uploads wait to be used: use them, give them up (DropUpload), or wait`;
    const localizedDetail = `您有${MOST_OPEN}个已上传而未使用的文件，请先使用或删除，或待其一天后自动删除`;
    throw new Refusal("OVERLOADED", message, { localizedDetail, retryAfterMs: RETRY_MS });
  }
  const expires = new Date(now.getTime() + LIFE_MS).toISOString();
  const begun = { _id: randomUUID(), revision: 1, by, bytes, sha256, parts: [], finished: false, open: by, expires };
  await uploads.insert(begun);
  return begun;
}

/** An upload, to whoever began it (`by`), as long as it is known. Refused: `UPLOAD_UNKNOWN`. */
export async function ownUpload(
  { uploads: { uploads }, runtime }: Uploads,
  by: string,
  id: string,
  field = "upload_id",
): Promise<UploadDocument> {
  const found = await uploads.get(id);
  if (found && found.by === by && found.expires > runtime.now().toISOString()) return found;
  throw uploadUnknown(id, field);
}

/** A part of a file as it comes. */
interface Part {
  offset: number;
  sha256: string;
  content: Uint8Array;
}

/** Takes the part that is wanted next, or one again. Its content is durable before the upload tells of it. */
export async function putPart(
  context: Uploads,
  call: CallContext,
  id: string,
  { offset, sha256, content }: Part,
): Promise<UploadDocument> {
  if (sha256Hex(content) !== sha256) {
    const chinese = "内容与摘要不符，请重新发送该段";
    throw refuseField("INVALID_FIELD", "sha256", "is not that of the content", "send the part again", chinese);
  }
  const { uploads, parts } = context.uploads;
  const by = callerName(call.caller);
  const revise = async (): Promise<UploadDocument | undefined> => {
    const found = await ownUpload(context, by, id);
    if (hasPart(found, offset, sha256, content.length)) return found;
    requireNext(found, offset, content.length);
    const document = { _id: partId(id, offset), revision: 1, upload: id };
    const bytes = Buffer.from(content).toString("base64");
    await changeStored(parts, document._id, () => ({ ...document, content: bytes }));
    return uploads.replace({ ...found, parts: [...found.parts, { sha256, bytes: content.length }] });
  };
  for (let tries = 0; tries < TRIES; tries++) {
    const stored = await revise();
    if (stored) return stored;
  }
  throw new Refusal("REVISION_CONFLICT", `upload ${id} gets parts from elsewhere too`, { retryAfterMs: RETRY_MS });
}

/** Whether this very part has come. */
function hasPart({ parts }: UploadDocument, offset: number, sha256: string, bytes: number): boolean {
  let at = 0;
  for (const part of parts) {
    if (at === offset) return part.sha256 === sha256 && part.bytes === bytes;
    at += part.bytes;
  }
  return false;
}

function requireNext(upload: UploadDocument, offset: number, bytes: number): void {
  const received = receivedOf(upload);
  if (offset !== received) {
    const description = `${received} bytes have come: the next part begins there`;
    const remedy = "ask BeginUpload where the next part begins";
    throw refuseField("INVALID_FIELD", "offset", description, remedy, `已收到${received}字节，下一段应由此开始`);
  }
  if (received + bytes > upload.bytes || upload.parts.length >= MOST_PARTS) {
    const description = `${received + bytes} bytes in ${upload.parts.length + 1} parts, of ${upload.bytes} bytes in at most ${MOST_PARTS}`;
    const chinese = `超出申报的${upload.bytes}字节或${MOST_PARTS}段，请重新上传`;
    throw refuseField("INVALID_FIELD", "content", description, "begin an upload of this file", chinese);
  }
}

/** Holds a file against what was announced. Another file than that leaves the upload empty: which part is wrong, nobody knows. */
export async function finishUpload(context: Uploads, call: CallContext, id: string): Promise<UploadDocument> {
  const by = callerName(call.caller);
  const found = await ownUpload(context, by, id);
  if (found.finished) return found;
  const received = receivedOf(found);
  if (received < found.bytes) {
    const description = `${received} of ${found.bytes} bytes have come`;
    const chinese = `已收到${received}字节，共${found.bytes}字节，请继续上传`;
    throw refuseField("INVALID_FIELD", "upload_id", description, "send the rest with PutPart", chinese);
  }
  const isAnnounced = sha256Hex(await joinedParts(context, found)) === found.sha256;
  const next: UploadDocument = isAnnounced ? { ...found, finished: true } : { ...found, parts: [] };
  const stored = await context.uploads.uploads.replace(next);
  if (!isAnnounced) {
    const chinese = "文件与申报的摘要不符，请重新上传";
    throw refuseField("INVALID_FIELD", "upload_id", "is not what was announced", "send the file anew", chinese);
  }
  // Whoever was first has found the same.
  return stored ?? ownUpload(context, by, id);
}

/** Gives an upload up; its bytes go with the next sweep. */
export async function dropUpload({ uploads: { uploads }, runtime }: Uploads, call: CallContext, id: string) {
  const by = callerName(call.caller);
  const now = runtime.now().toISOString();
  await changeStored(uploads, id, (found) => {
    if (!found || found.by !== by || found.expires <= now) return found;
    const { open: _open, ...rest } = found;
    return { ...rest, expires: now };
  });
}
