import { fromBinary } from "@bufbuild/protobuf";
import { PutPartRequestSchema } from "../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import { readPictureFile } from "../../services/document/picture/read-picture.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { Watched } from "./watched.ts";

/** Hears the parts of a photo that a page sends from now on, and reads it as faces do: what they refuse is thrown. */
export function hearPhoto(page: Watched): () => { width: number; height: number } {
  const parts: Uint8Array[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/PutPart"))
      parts.push(fromBinary(PutPartRequestSchema, request.postDataBuffer() as Buffer).content);
  });
  return () => readPictureFile(Buffer.concat(parts), "jpeg", (what) => new Refusal("ATTACHMENT_REFUSED", what));
}
