import type { AlteredPart } from "./report.ts";

const RANGE = /\/ByteRange\s*\[\s*0\s+\d{1,10}\s+(\d{1,10})\s+(\d{1,10})\s*\]/g;
const OBJECT = /(?:^|[\r\n\s])(\d{1,7}) \d{1,5} obj\b/g;
/** Most objects that are named, and octets that are looked at. */
const MOST = 50;
const LOOKED_AT = 1 << 20;

/**
 * Tells what was appended behind the signed part of a PDF (an incremental update, ISO 32000-1 §7.5.6): the octets, and the
 * objects in them by number and kind. Empty where no signature ends before the file does.
 */
export function appendedParts(file: Buffer): { signedEnd: number; parts: AlteredPart[] } | undefined {
  let signedEnd = 0;
  for (const [, start, length] of file.toString("latin1").matchAll(RANGE)) {
    const end = Number(start) + Number(length);
    if (end < file.length && end > signedEnd) signedEnd = end;
  }
  if (signedEnd === 0) return undefined;
  const tail = file.toString("latin1", signedEnd, Math.min(file.length, signedEnd + LOOKED_AT));
  const parts: AlteredPart[] = [{ kind: "bytes", name: `${signedEnd}-${file.length}`, change: "added" }];
  for (const match of tail.matchAll(OBJECT)) {
    if (parts.length > MOST) break;
    const body = tail.slice(match.index, match.index + 2048);
    const type = /\/Type\s*\/(\w{1,20})/.exec(body.slice(0, Math.max(0, body.indexOf("endobj"))) || body)?.[1];
    const kind = type === "Page" ? "page" : "object";
    parts.push({ kind, name: `${match[1]} 0 obj${type === undefined ? "" : ` (${type})`}`, change: "added" });
  }
  return { signedEnd, parts };
}
