import type { DocumentKind } from "./report.ts";

/**
 * Tells a document's kind by its octets, whatever it is called; `undefined` for anything else. An archive is an OFD if it has the entry file
 * of one, JSON a data message if it says so, or if a signature came with it (`signed`).
 */
export function sniffKind(bytes: Uint8Array, signed = false): DocumentKind | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = file.toString("latin1", 0, 5);
  if (head === "%PDF-") return "pdf";
  // Names of files stand in an archive as they are.
  if (head.startsWith("PK\u0003\u0004")) return file.includes("OFD.xml") ? "ofd" : undefined;
  return head.startsWith("{") && (signed || file.includes('"ecert.message.')) ? "message" : undefined;
}
