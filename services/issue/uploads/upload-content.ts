import { Refusal } from "../../domain/refusal.ts";
import { pagesOf } from "../../store/pages-of.ts";
import type { IssueContext } from "../context.ts";
import { partId, receivedOf, type UploadDocument } from "./upload-record.ts";

type Uploads = Pick<IssueContext, "uploads" | "runtime">;

/** For so long behind its end an upload is left alone: a call that was begun before may still write. */
const GRACE_MS = 3_600_000;

/** The bytes of a whole upload: of its parts, or of the attachment that was made from it. `undefined`: it was used, and what became of it is not kept here. */
export async function contentOf(context: Uploads, upload: UploadDocument): Promise<Uint8Array | undefined> {
  if (upload.open === undefined) return context.runtime.store.blobs.get(upload.sha256);
  return joinedParts(context, upload);
}

/** The bytes of an upload as they came. */
export async function joinedParts({ uploads }: Uploads, upload: UploadDocument): Promise<Uint8Array> {
  const whole = new Uint8Array(receivedOf(upload));
  let at = 0;
  for (const { bytes } of upload.parts) {
    const part = await uploads.parts.get(partId(upload._id, at));
    const content = Buffer.from(part?.content ?? "", "base64");
    if (content.length !== bytes) throw new Refusal("INTERNAL", `upload ${upload._id} lacks its part at ${at}`);
    whole.set(content, at);
    at += bytes;
  }
  return whole;
}

/** Frees uploads that were used: whoever used them keeps their content, and may be asked the same again, naming them. */
export async function usedUploads(context: Uploads, used: readonly UploadDocument[]): Promise<void> {
  for (const { open, ...upload } of used) {
    if (open === undefined) continue;
    // Where somebody else wrote meanwhile, the next repetition or the end of its time does it.
    if (await context.uploads.uploads.replace(upload)) await removeParts(context, upload._id);
  }
}

/** Removes uploads whose time is over, each after its parts, so that none is left behind whatever breaks off. */
export async function sweepUploads(context: Uploads): Promise<void> {
  const { uploads } = context.uploads;
  const to = new Date(context.runtime.now().getTime() - GRACE_MS).toISOString();
  for await (const page of pagesOf(uploads, { index: "expires", to })) {
    for (const { _id: id, revision } of page) {
      await removeParts(context, id);
      await uploads.remove(id, revision);
    }
  }
}

async function removeParts({ uploads: { parts } }: Uploads, upload: string): Promise<void> {
  // A few at a time: one may have a megabyte.
  for await (const page of pagesOf(parts, { index: "uploads", equals: [upload], limit: 8 })) {
    for (const { _id: id, revision } of page) await parts.remove(id, revision);
  }
}
