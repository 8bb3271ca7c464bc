import { type Refusal, refuseField } from "./refusal.ts";

/** Refuses an upload that nobody has begun, or somebody else, or whose bytes are here no more. */
export function uploadUnknown(id: string, field: string): Refusal {
  return refuseField(
    "UPLOAD_UNKNOWN",
    field,
    `no upload ${id} of yours`,
    "hand the file in again with BeginUpload; an upload is forgotten after 24 hours",
    "该上传文件不存在或已过期（保留24小时），请重新上传",
  );
}

/** Refuses to take a file of which parts are still to come. */
export function uploadUnfinished(field: string): Refusal {
  const chinese = "该文件尚未上传完成，请继续上传";
  return refuseField("ATTACHMENT_REFUSED", field, "is not whole yet", "send the rest, then FinishUpload", chinese);
}
