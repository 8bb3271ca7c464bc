import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import { requireIssued } from "../archive.ts";
import type { IssueContext } from "../context.ts";
import { recordOf } from "../record.ts";

/** 4.6: one certificate as archives keep it, with its state at its issuer. */
export function getRecord(context: IssueContext): Handlers<typeof ArchiveService>["getCertificate"] {
  return async ({ identifier }, call) => {
    call.note({ identifier });
    return { record: recordOf(await requireIssued(context, identifier)) };
  };
}
