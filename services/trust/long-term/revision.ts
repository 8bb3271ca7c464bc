import { createHash } from "node:crypto";
import { memberOf, withMember } from "./dictionary-text.ts";
import type { PdfState } from "./pdf-state.ts";

/** An object of a revision: its text or octets between `obj` and `endobj`. */
export interface RevisionObject {
  number: number;
  body: Buffer;
}

/** A revision as octets to append. */
export interface Revision {
  bytes: Buffer;
  tableAt: number;
  trailer: string;
  size: number;
}

/** An object that is text. */
export function textObject(number: number, text: string): RevisionObject {
  return { number, body: Buffer.from(text, "latin1") };
}

/** An object that is a stream, kept as it is. */
export function streamObject(number: number, content: Uint8Array): RevisionObject {
  const head = `<</Length ${content.length}>>\nstream\n`;
  return { number, body: Buffer.concat([Buffer.from(head, "latin1"), content, Buffer.from("\nendstream", "latin1")]) };
}

/**
 * Writes an incremental update (ISO 32000-1 §7.5.6): the objects, changed ones before new ones, a cross-reference table of
 * just those, and a trailer that differs from the last one by `/Size`, `/Prev` and the second half of `/ID`. The same
 * objects behind the same file give the same octets, so that a verifier can write a revision again and compare. Returns
 * `undefined` behind a trailer that has not our form.
 */
export function writeRevision(state: PdfState, objects: readonly RevisionObject[]): Revision | undefined {
  const parts: Buffer[] = [];
  const offsets = new Map<number, number>();
  let at = state.end;
  for (const { number, body } of objects) {
    const object = Buffer.concat([Buffer.from(`${number} 0 obj\n`), body, Buffer.from("\nendobj\n")]);
    offsets.set(number, at);
    at += object.length;
    parts.push(object);
  }
  const size = Math.max(state.size, ...objects.map(({ number }) => number + 1));
  const trailer = nextTrailer(state, size, createHash("sha256").update(Buffer.concat(parts)).digest("hex"));
  if (trailer === undefined) return undefined;
  const table = `xref\n${sections(offsets)}trailer\n${trailer}\nstartxref\n${at}\n%%EOF\n`;
  return { bytes: Buffer.concat([...parts, Buffer.from(table, "latin1")]), tableAt: at, trailer, size };
}

/** Runs of consecutive numbers, ascending. */
function sections(offsets: ReadonlyMap<number, number>): string {
  const numbers = [...offsets.keys()].sort((a, b) => a - b);
  let text = "";
  for (let start = 0; start < numbers.length; ) {
    const first = numbers[start] as number;
    let count = 1;
    while (numbers[start + count] === first + count) count++;
    text += `${first} ${count}\n`;
    for (let number = first; number < first + count; number++) {
      text += `${String(offsets.get(number)).padStart(10, "0")} 00000 n \n`;
    }
    start += count;
  }
  return text;
}

function nextTrailer({ trailer, tableAt }: PdfState, size: number, digest: string): string | undefined {
  const sized = withMember(trailer, "Size", String(size));
  const linked = sized && withMember(sized, "Prev", String(tableAt));
  const identifier = memberOf(trailer, "ID");
  if (linked === undefined || identifier === undefined) return linked;
  const first = /^\[\s*(<[0-9A-Fa-f]{32}>)\s*<[0-9A-Fa-f]{32}>\s*\]$/.exec(identifier)?.[1];
  return first && withMember(linked, "ID", `[${first} <${digest.slice(0, 32)}>]`);
}
