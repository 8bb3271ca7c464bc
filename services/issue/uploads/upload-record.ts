import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** A file that is handed in part by part. `_id` is chosen by the service. */
export interface UploadDocument extends Stored {
  /** Who hands it in; known to nobody else. */
  by: string;
  bytes: number;
  sha256: string;
  /** Parts that have come, in their order, one right behind the other. */
  parts: { sha256: string; bytes: number }[];
  /** Whole, and held against its digest. */
  finished: boolean;
  /** Who hands it in, while it was not used yet; the index of such. */
  open?: string;
  /** When it is forgotten, RFC 3339; what it stands for from then on nobody asks. */
  expires: string;
}

/** A part of a file. `_id` is `<upload>/<offset>`. */
export interface PartDocument extends Stored {
  upload: string;
  /** Base64. */
  content: string;
}

export const UPLOADS: CollectionSpec = {
  name: "issue_uploads",
  indexes: [
    { name: "open", fields: ["open", "expires"] },
    { name: "expires", fields: ["expires"] },
  ],
};

export const UPLOAD_PARTS: CollectionSpec = {
  name: "issue_upload_parts",
  indexes: [{ name: "uploads", fields: ["upload"] }],
};

/** Uploads as they are stored. */
export interface UploadStore {
  uploads: GuardedCollection<UploadDocument>;
  parts: GuardedCollection<PartDocument>;
}

/** Opens what uploads are kept in. What cannot be read is set aside (place `store`). */
export async function openUploads({ store, setAside }: Pick<Runtime, "store" | "setAside">): Promise<UploadStore> {
  const guarded = async <T extends Stored>(spec: CollectionSpec, check: (document: T) => void) =>
    guardedCollection<T>({
      collection: await store.collection<T>(spec),
      setAside,
      place: "store",
      source: spec.name,
      check,
    });
  return {
    uploads: await guarded<UploadDocument>(UPLOADS, checkUpload),
    parts: await guarded<PartDocument>(UPLOAD_PARTS, checkPart),
  };
}

/** Key of a part. */
export const partId = (upload: string, offset: number): string => `${upload}/${offset}`;

/** Bytes that have come. */
export const receivedOf = ({ parts }: Pick<UploadDocument, "parts">): number =>
  parts.reduce((sum, { bytes }) => sum + bytes, 0);

function checkUpload({ by, bytes, sha256, parts, finished, expires }: UploadDocument): void {
  const texts = [by, sha256, expires].every((text) => typeof text === "string");
  const sound = texts && typeof bytes === "number" && typeof finished === "boolean" && Array.isArray(parts);
  if (!sound || !parts.every((part) => typeof part?.bytes === "number" && typeof part.sha256 === "string"))
    throw new Refusal("RECORD_UNREADABLE", "an upload lacks members or has wrong ones");
}

function checkPart({ upload, content }: PartDocument): void {
  if (typeof upload === "string" && typeof content === "string") return;
  throw new Refusal("RECORD_UNREADABLE", "a part of an upload lacks members or has wrong ones");
}
