import type { AlteredPart } from "./report.ts";

const OBJECT = /(?:^|[\r\n\s])(\d{1,7}) \d{1,5} obj\b/g;
/** Most objects that are named, and octets that are looked at. */
const MOST = 50;
const LOOKED_AT = 1 << 20;

/**
 * Tells what was appended to a PDF from an offset on (an incremental update, ISO 32000-1 §7.5.6): the octets, and the objects in
 * them by number and kind.
 */
export function appendedParts(file: Buffer, from: number): AlteredPart[] {
  const tail = file.toString("latin1", from, Math.min(file.length, from + LOOKED_AT));
  const parts: AlteredPart[] = [{ kind: "bytes", name: `${from}-${file.length}`, change: "added" }];
  for (const match of tail.matchAll(OBJECT)) {
    if (parts.length > MOST) break;
    const body = tail.slice(match.index, match.index + 2048);
    const type = /\/Type\s*\/(\w{1,20})/.exec(body.slice(0, Math.max(0, body.indexOf("endobj"))) || body)?.[1];
    const kind = type === "Page" ? "page" : "object";
    parts.push({ kind, name: `${match[1]} 0 obj${type === undefined ? "" : ` (${type})`}`, change: "added" });
  }
  return parts;
}
