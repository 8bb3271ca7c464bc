import type { PutPaperRequest } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { uploadUnfinished, uploadUnknown } from "../../domain/upload-refusal.ts";
import type { GovernanceContext } from "../context.ts";
import { onBehalf } from "../plans/on-behalf.ts";

const FIELD = "upload_id";

/**
 * Does something with what a paper holds: the content that came with it, or the upload that it names, which is used once that is done. Refused:
 * `INVALID_FIELD` for both and for neither, `UPLOAD_UNKNOWN`, `ATTACHMENT_REFUSED`.
 */
export async function withContent<T>(
  { uploads, uploadTurns, runtime }: Pick<GovernanceContext, "uploads" | "uploadTurns" | "runtime">,
  call: CallContext,
  { content: given, uploadId }: Pick<PutPaperRequest, "content" | "uploadId">,
  work: (content: Uint8Array) => Promise<T>,
): Promise<T> {
  requireOne(given, uploadId);
  if (uploadId === "") return work(given);
  return uploadTurns(async () => {
    const asked = { uploadId, by: callerName(call.caller) };
    const { upload, content: sent } = await uploads.readUpload(asked, onBehalf(call));
    if (!upload?.finished) throw uploadUnfinished(FIELD);
    // Of one that was used nothing is left there: the paper that it became is here.
    const content = sent.length > 0 ? sent : await runtime.store.blobs.get(upload.sha256);
    if (!content) throw uploadUnknown(uploadId, FIELD);
    const done = await work(content);
    await uploads.useUpload(asked, onBehalf(call));
    return done;
  });
}

function requireOne(content: Uint8Array, uploadId: string): void {
  if (content.length > 0 && uploadId !== "") {
    const chinese = "与材料内容重复，请只提供其一";
    throw refuseField("INVALID_FIELD", FIELD, "stands beside a content", "name one of both", chinese);
  }
  if (content.length > 0 || uploadId !== "") return;
  const remedy = "send the bytes, or name an upload of them";
  throw refuseField("INVALID_FIELD", "content", "the paper is empty", remedy, "材料为空，请提供内容或已上传的文件");
}
