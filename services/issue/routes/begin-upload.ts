import type { UploadService } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { uploadView } from "../uploads/upload-view.ts";
import { beginUpload as begin } from "../uploads/uploads.ts";

/** 5.4.4: begins to take a file part by part, or tells how much of it has come. */
export function beginUpload(context: IssueContext): Handlers<typeof UploadService>["beginUpload"] {
  return async ({ bytes, sha256 }, call) => ({ upload: uploadView(await begin(context, call, { bytes, sha256 })) });
}
