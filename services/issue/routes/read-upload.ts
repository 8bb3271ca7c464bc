import type { UploadService } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { contentOf } from "../uploads/upload-content.ts";
import { uploadView } from "../uploads/upload-view.ts";
import { ownUpload } from "../uploads/uploads.ts";

/** Reads an upload for the service that its caller has named it to. */
export function readUpload(context: IssueContext): Handlers<typeof UploadService>["readUpload"] {
  return async ({ uploadId, by }) => {
    const upload = await ownUpload(context, by, uploadId);
    const content = upload.finished ? await contentOf(context, upload) : undefined;
    return { upload: uploadView(upload), ...(content && { content }) };
  };
}
