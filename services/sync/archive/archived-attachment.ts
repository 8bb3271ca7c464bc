import { create } from "@bufbuild/protobuf";
import { type File, FileFormat, FileSchema } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { SyncContext } from "../context.ts";
import type { SeenRecord } from "./seen-record.ts";

/**
 * An attachment (附件) of a certificate of the archive, the same bytes as were handed in with its order. `undefined` where its record names none of this digest, so
 * that a digest alone opens nothing; throws `DOCUMENT_MISSING` where it does and the content was lost.
 */
export async function archivedAttachment(
  { runtime, own }: Pick<SyncContext, "runtime" | "own">,
  { record, fromArchive }: SeenRecord,
  sha256: string,
  call: CallContext,
): Promise<File | undefined> {
  const named = record.files.find((file) => file.format === FileFormat.UNSPECIFIED && file.sha256 === sha256);
  if (!named) return undefined;
  const content = fromArchive ? await runtime.store.blobs.get(sha256) : await own.blob(sha256, call);
  if (!content) throw new Refusal("DOCUMENT_MISSING", `the archive has lost blob ${sha256}`, { metadata: { sha256 } });
  return create(FileSchema, { mediaType: named.mediaType, fileName: named.name, content, sha256 });
}
