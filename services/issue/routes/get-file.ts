import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { certificateFile } from "../face/certificate-file.ts";
import { requireIssued } from "../record/archive.ts";

/** 4.5.5, 6.4.6.3: a file of a certificate for filing, the same bytes at any later time. */
export function getFile(context: IssueContext): Handlers<typeof ArchiveService>["getFile"] {
  return async ({ identifier, format }, call) => {
    call.note({ identifier });
    const document = await requireIssued(context, identifier);
    return { file: await certificateFile(context.runtime.store.blobs, document, format) };
  };
}
