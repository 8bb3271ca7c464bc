import { receivedOf, type UploadDocument } from "./upload-record.ts";

/** An upload as contracts show it. */
export function uploadView(upload: UploadDocument) {
  const { _id: uploadId, bytes, sha256, finished, expires } = upload;
  return { uploadId, bytes, sha256, received: receivedOf(upload), finished, expires };
}
