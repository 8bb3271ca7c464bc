import type { UploadService } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { uploadView } from "../uploads/upload-view.ts";
import { putPart as put } from "../uploads/uploads.ts";

/** 5.4.4: takes a part of a file, or one again. */
export function putPart(context: IssueContext): Handlers<typeof UploadService>["putPart"] {
  return async ({ uploadId, offset, sha256, content }, call) => ({
    upload: uploadView(await put(context, call, uploadId, { offset, sha256, content })),
  });
}
