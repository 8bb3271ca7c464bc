import type { DocumentKind } from "./report.ts";

/** Tells a document's kind by its first octets, whatever it is called; `undefined` for anything else. */
export function sniffKind(bytes: Uint8Array): DocumentKind | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 5)).toString("latin1");
  if (head === "%PDF-") return "pdf";
  if (head.startsWith("PK\u0003\u0004")) return "ofd";
  return head.startsWith("{") ? "message" : undefined;
}
