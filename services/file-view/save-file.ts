import type { File } from "../../proto/gen/ecert/type/v1/file_pb.ts";

/** Lets the browser keep a file, under the name that the node gave it. */
export function saveFile({ content, mediaType, fileName }: Pick<File, "content" | "mediaType" | "fileName">): void {
  const address = URL.createObjectURL(new Blob([content as Uint8Array<ArrayBuffer>], { type: mediaType }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
