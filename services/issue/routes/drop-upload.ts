import type { UploadService } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { dropUpload as drop } from "../uploads/uploads.ts";

/** 5.4.4: gives up a file that came part by part. */
export function dropUpload(context: IssueContext): Handlers<typeof UploadService>["dropUpload"] {
  return async ({ uploadId }, call) => {
    await drop(context, call, uploadId);
    return {};
  };
}
