import { createHash } from "node:crypto";
import { Refusal } from "../domain/refusal.ts";
import type { DigestName } from "./algorithm.ts";
import { readDerPrefix } from "./der.ts";

/** The signature of a PDF that covers all of it. */
export interface PdfSignature {
  /** `[0, a, b, c]` as the file has it: the octets 0 to a and b to b + c are signed. */
  byteRange: readonly [number, number, number, number];
  /** Digest of the signed octets by the hash named. */
  digestBy(hash: DigestName): Uint8Array;
  /** The CMS, without its padding. */
  cms: Uint8Array;
}

/** Largest PDF that is read, in bytes. */
const MAX_BYTES = 64 << 20;
/** Most `/ByteRange` entries that are looked at: one for each signature, the newest last. */
const MAX_RANGES = 64;

/**
 * Finds the last signature of a PDF (ISO 32000-1 §12.8.1; ETSI EN 319 142-1). Nothing else of the file is interpreted:
 * whatever the file shows, exactly these octets were signed. Refuses (`SIGNATURE_INVALID`, the case in the message) a file
 * without one, and any whose signature does not cover every octet but `/Contents`: octets after it, a range that is not
 * `[0 a b c]` around exactly the hex string, padding other than `0`, or more than one candidate.
 */
export function locateSignature(pdf: Uint8Array): PdfSignature {
  const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  if (file.length > MAX_BYTES) throw refused(`the file exceeds ${MAX_BYTES} bytes`);
  if (file.toString("latin1", 0, 5) !== "%PDF-") throw refused("the file is no PDF");
  const ranges = byteRanges(file);
  if (ranges.length === 0) throw refused("the file bears no signature");
  const whole = ranges.filter(({ range: [, , b, c] }) => b + c === file.length);
  const [last, second] = whole;
  if (last === undefined) throw refused("byte range: no signature covers the file to its end");
  if (second !== undefined) throw refused("byte range: two signatures claim the whole file");
  const [start, a, b, c] = last.range;
  if (start !== 0) throw refused("byte range: it does not start at the first octet");
  if (a >= b || c <= 0) throw refused("byte range: its parts overlap or are empty");
  if (file[a] !== 0x3c || file[b - 1] !== 0x3e) throw refused("byte range: the gap is not one hex string");
  checkDictionary(file, last.at, a, b);
  return {
    byteRange: last.range,
    digestBy: (hash) => createHash(hash).update(file.subarray(0, a)).update(file.subarray(b)).digest(),
    cms: readContents(file.toString("latin1", a + 1, b - 1)),
  };
}

type Range = { at: number; range: readonly [number, number, number, number] };

function byteRanges(file: Buffer): Range[] {
  const found: Range[] = [];
  for (let at = file.indexOf("/ByteRange"); at !== -1; at = file.indexOf("/ByteRange", at + 1)) {
    if (found.length === MAX_RANGES) throw refused(`more than ${MAX_RANGES} byte ranges`);
    const text = file.toString("latin1", at, at + 128);
    const numbers = /^\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/.exec(text);
    if (numbers === null) throw refused("byte range: not four whole numbers");
    const [, start, a, b, c] = numbers;
    found.push({ at, range: [Number(start), Number(a), Number(b), Number(c)] });
  }
  return found;
}

/** The range and the hex string must be entries of one dictionary, each there once, of a PAdES signature. */
function checkDictionary(file: Buffer, at: number, a: number, b: number): void {
  const opened = file.lastIndexOf(" obj", Math.min(at, a));
  const closed = file.indexOf("endobj", Math.max(at, b));
  if (opened === -1 || closed === -1) throw refused("the signature dictionary is not an object of the file");
  const before = file.toString("latin1", opened, a);
  const after = file.toString("latin1", b, closed);
  const dictionary = before + after;
  if (dictionary.includes("endobj")) throw refused("the byte range and the gap belong to different objects");
  if (!/\/Contents\s*$/.test(before) || count(dictionary, "/Contents") !== 1) {
    throw refused("byte range: the gap is not the value of /Contents");
  }
  if (count(dictionary, "/ByteRange") !== 1) throw refused("the signature dictionary holds two byte ranges");
  if (!/\/SubFilter\s*\/ETSI\.CAdES\.detached[\s/>]/.test(dictionary)) {
    throw refused("the signature is not of the kind ETSI.CAdES.detached");
  }
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/**
 * The DER in the hex of `/Contents`. Nothing signs the gap, so only one spelling of each signature is let pass: small letters, as
 * our writer has them, no white space, and zeros behind it. Refuses (`SIGNATURE_INVALID`) others.
 */
export function readContents(hex: string): Uint8Array {
  const padded = Buffer.from(hex, "hex");
  // Read and written again, only what is spelt as our writer spells it comes out the same.
  if (hex === "" || padded.toString("hex") !== hex) throw refused(faultOf(hex));
  const cms = readDerPrefix(padded).raw;
  const padding = padded.subarray(cms.length);
  if (!padding.equals(Buffer.alloc(padding.length))) throw refused("/Contents is padded with other than zeros");
  return cms;
}

function faultOf(hex: string): string {
  const isHex = hex.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(hex);
  return isHex ? "/Contents is spelt otherwise than it was written: capital hex digits" : "/Contents is not hex";
}

function refused(detail: string): Refusal {
  return new Refusal("SIGNATURE_INVALID", detail);
}
