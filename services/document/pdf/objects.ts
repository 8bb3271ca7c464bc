import type { PDFContext, PDFObject, PDFRef } from "pdf-lib";
import { PDFHexString, PDFInvalidObject, PDFRawStream } from "pdf-lib";
import { compressed } from "../compress.ts";

/** Members of a PDF dictionary as pdf-lib's `context.obj` takes them; texts become names. */
export type Members = Parameters<PDFContext["stream"]>[1];

/** Where objects are written: number → offset in the block. */
export interface ObjectBlock {
  bytes: Buffer;
  offsets: Map<number, number>;
}

/** An object given as the text that stands for it in the file (Latin-1). */
export function literal(text: string): PDFObject {
  return PDFInvalidObject.of(Buffer.from(text, "latin1"));
}

/** A text string for people, in UTF-16. */
export function textString(text: string): PDFHexString {
  return PDFHexString.fromText(text);
}

/** A stream compressed by the runtime's own zlib, about ten times as fast as pdf-lib's. `level` 1–9, default 6. */
export function deflated(
  context: PDFContext,
  content: string | Uint8Array,
  members: Members = {},
  level = 6,
): PDFObject {
  const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
  return flateStream(context, compressed(bytes, level), members);
}

/** A stream whose content is compressed already, as a zlib stream. */
export function flateStream(context: PDFContext, zlib: Uint8Array, members: Members = {}): PDFObject {
  return PDFRawStream.of(context.obj({ ...members, Filter: "FlateDecode" }), zlib);
}

/** Writes indirect objects one after the other. */
export function writeObjects(objects: readonly [PDFRef, PDFObject][]): ObjectBlock {
  const offsets = new Map<number, number>();
  const sized = objects.map(([ref, object]) => ({
    ref,
    object,
    size: object.sizeInBytes(),
    head: `${ref.objectNumber} 0 obj\n`,
  }));
  const bytes = Buffer.alloc(sized.reduce((sum, { head, size }) => sum + head.length + size + TAIL.length, 0));
  let at = 0;
  for (const { ref, object, size, head } of sized) {
    offsets.set(ref.objectNumber, at);
    at += bytes.write(head, at, "latin1");
    object.copyBytesInto(bytes, at);
    at += size;
    at += bytes.write(TAIL, at, "latin1");
  }
  return { bytes, offsets };
}

const TAIL = "\nendobj\n";
