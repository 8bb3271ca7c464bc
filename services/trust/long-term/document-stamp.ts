import { createHash, type Hash } from "node:crypto";
import { memberOf, withMember, withReference } from "./dictionary-text.ts";
import type { Appended, PdfState } from "./pdf-state.ts";
import { textObject, writeRevision } from "./revision.ts";

/** Hexadecimal digits kept free for a token: 8 KB, enough for a chain of three RSA certificates. */
const TOKEN_DIGITS = 16_384;
/** Three offsets of ten digits each, blanks between them. */
const RANGE_ROOM = 32;

/** A revision that waits for its document time stamp. */
export interface PendingStamp extends Appended {
  /** `[0, a, b, c]`: what the token is over, by offsets in the whole file. `bytes` has an empty place between. */
  byteRange: ByteRange;
}

/** Offsets and lengths as `/ByteRange` has them. */
export type ByteRange = readonly [number, number, number, number];

/**
 * Writes a revision that holds a document time stamp (EN 319 142-1 §5.4.3): the catalog with one more field in its form, the
 * first page with one more annotation, that field, which shows nothing, and the signature dictionary. `undefined` where the
 * file has not the form of our faces.
 */
export function prepareStamp(state: PdfState): PendingStamp | undefined {
  const { catalog, page, size } = state;
  const [field, dictionary] = [size, size + 1];
  const form = withReference(memberOf(catalog.text, "AcroForm") ?? "", "Fields", field);
  const catalogText = form && withMember(catalog.text, "AcroForm", form);
  const pageText = withReference(page.text, "Annots", field);
  if (catalogText === undefined || pageText === undefined) return undefined;
  const name = `(DocTimeStamp${state.stamps + 1})`;
  const head = "<</Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange [0 ";
  const gap = "] /Contents ";
  const revision = writeRevision(state, [
    textObject(catalog.number, catalogText),
    textObject(page.number, pageText),
    // 132 = print, locked. A rectangle of no extent shows nothing (ISO 32000-1 §12.7.4.5).
    textObject(
      field,
      `<</Type /Annot /Subtype /Widget /FT /Sig /T ${name} /V ${dictionary} 0 R /P ${page.number} 0 R /Rect [0 0 0 0] /F 132>>`,
    ),
    textObject(dictionary, `${head}${" ".repeat(RANGE_ROOM)}${gap}<${"0".repeat(TOKEN_DIGITS)}>>>`),
  ]);
  if (revision === undefined) return undefined;
  const { bytes, ...rest } = revision;
  const rangeAt = bytes.lastIndexOf(head) + head.length;
  const gapAt = state.end + rangeAt + RANGE_ROOM + gap.length;
  const [behind, end] = [gapAt + TOKEN_DIGITS + 2, state.end + bytes.length];
  const byteRange = [0, gapAt, behind, end - behind] as const;
  bytes.write(byteRange.slice(1).join(" ").padEnd(RANGE_ROOM), rangeAt, "latin1");
  const changed = {
    catalog: { number: catalog.number, text: catalogText },
    page: { number: page.number, text: pageText },
  };
  return { byteRange, bytes, state: { ...state, ...rest, ...changed, end, stamps: state.stamps + 1 } };
}

/** Puts a token (DER) into its place in the whole file. Returns false where it does not fit. */
export function writeToken(file: Buffer, [, a, b]: ByteRange, token: Uint8Array): boolean {
  const hex = Buffer.from(token).toString("hex");
  if (hex.length > b - a - 2) return false;
  file.write(hex, a + 1, "latin1");
  return true;
}

/** Digest of what a byte range covers. */
export function rangeDigest(file: Buffer, range: ByteRange, hash: string): Buffer {
  return rangeDigests(file)(range, hash);
}

/**
 * Digests of byte ranges of one file, asked for from the shortest to the longest. Each document time stamp covers all that stands before
 * it: for all of them together the file is hashed once per algorithm, or sixteen stamps of a stranger would cost sixteen times its length.
 */
export function rangeDigests(file: Buffer): (range: ByteRange, hash: string) => Buffer {
  const passes = new Map<string, { running: Hash; at: number }>();
  return ([, a, b, c], hash) => {
    const known = passes.get(hash);
    const pass = known !== undefined && known.at <= a ? known : { running: createHash(hash), at: 0 };
    pass.running.update(file.subarray(pass.at, a));
    pass.at = a;
    passes.set(hash, pass);
    return pass.running
      .copy()
      .update(file.subarray(b, b + c))
      .digest();
  };
}

/** The key of a signature in the store: SHA-1, as the standard has it, over the octets of `/Contents`, padding included. */
export function contentsKey(file: Buffer, [, a, b]: ByteRange): string {
  const contents = Buffer.from(file.toString("latin1", a + 1, b - 1), "hex");
  return createHash("sha1").update(contents).digest("hex").toUpperCase();
}
