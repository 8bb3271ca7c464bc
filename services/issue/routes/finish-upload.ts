import type { UploadService } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { uploadView } from "../uploads/upload-view.ts";
import { finishUpload as finish } from "../uploads/uploads.ts";

/** 5.4.4: holds a file that came part by part against what was announced. */
export function finishUpload(context: IssueContext): Handlers<typeof UploadService>["finishUpload"] {
  return async ({ uploadId }, call) => ({ upload: uploadView(await finish(context, call, uploadId)) });
}
