import type { ArchiveReadService } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { archivedFile } from "../archive/archive-file.ts";
import { archivedAttachment } from "../archive/archived-attachment.ts";
import { seenRecord, unknownHere } from "../archive/seen-record.ts";
import type { SyncContext } from "../context.ts";

/** Bytes of a piece at most. */
const PIECE = 1 << 20;

/** 4.6.3, 5.9.5: a file or an attachment of a certificate, piece by piece. That it was read is kept before the first piece. */
export function readArchivedFile(context: SyncContext): Handlers<typeof ArchiveReadService>["readArchivedFile"] {
  const { runtime, own } = context;
  return async ({ identifier, format, offset, attachmentSha256 }, call) => {
    const seen = await seenRecord(context, identifier, call);
    const { record, fromArchive } = seen;
    const ofForm = () =>
      fromArchive ? archivedFile(runtime.store.blobs, record, format) : own.file(identifier, format, call);
    const file = await (attachmentSha256 === "" ? ofForm() : archivedAttachment(context, seen, attachmentSha256, call));
    if (!file) throw unknownHere();
    const { content, sha256, fileName, mediaType } = file;
    if (offset > content.length)
      throw refuseField(
        "INVALID_FIELD",
        "offset",
        `lies behind the end, ${content.length}`,
        "begin again at 0",
        "已超出文件末尾，请从头读取",
      );
    const begin = Number(offset);
    if (begin === 0) {
      const told = {
        identifier,
        node: record.node,
        issuer: record.issuerCode,
        format,
        sha256,
      };
      await runtime.evidence.append("archive-file-read", { ...told, by: callerName(call.caller) });
    }
    const piece = content.subarray(begin, begin + PIECE);
    return { piece, size: BigInt(content.length), sha256, fileName, mediaType };
  };
}
