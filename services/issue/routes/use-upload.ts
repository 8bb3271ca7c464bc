import type { UploadService } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { usedUploads } from "../uploads/upload-content.ts";

/** Frees an upload that another service has taken over. */
export function useUpload(context: IssueContext): Handlers<typeof UploadService>["useUpload"] {
  return async ({ uploadId, by }) => {
    const found = await context.uploads.uploads.get(uploadId);
    if (found?.by === by) await usedUploads(context, [found]);
    return {};
  };
}
