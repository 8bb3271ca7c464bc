import { createHash } from "node:crypto";
import { Refusal } from "../domain/refusal.ts";

/**
 * A face as PDF that waits for its signature: complete but for `/Contents`, whose place is held by ASCII `0`.
 * The same template, seal picture and message give the same bytes in every process.
 */
export interface PreparedPdf {
  bytes: Uint8Array;
  /** `/ByteRange`: start and length of the bytes before, then after, the signature's hexadecimal text. */
  byteRange: [number, number, number, number];
  /** SHA-256 (lower-case hex) over the byte range: the PAdES message digest, and the face's digest in the data message. */
  digest: string;
}

/** Digest over the byte range by the hash of a signer's suite; SM2 signs the SM3, which the message does not name. */
export function rangeDigest({ bytes, byteRange, digest }: PreparedPdf, hash: "sha256" | "sm3"): Uint8Array {
  if (hash === "sha256") return Buffer.from(digest, "hex");
  const [start, length, second, rest] = byteRange;
  const before = bytes.subarray(start, start + length);
  return createHash(hash)
    .update(before)
    .update(bytes.subarray(second, second + rest))
    .digest();
}

/** Hexadecimal characters kept free for the signature: 8 KB of CMS, enough for real chains and a time stamp. */
export const SIGNATURE_HEX_LENGTH = 16_384;

/**
 * Puts a CMS signature (DER) into a prepared PDF and returns the signed file; the prepared bytes stay as they are. The
 * rest of the place keeps its ASCII `0` (readers refuse NUL there). Throws `TOO_LARGE` if the signature does not fit.
 */
export function embedSignature(prepared: PreparedPdf, cms: Uint8Array): Uint8Array {
  const hex = Buffer.from(cms).toString("hex");
  // The place is what lies between the two ranges, less the angle brackets that enclose it.
  const start = prepared.byteRange[1] + 1;
  const room = prepared.byteRange[2] - start - 1;
  if (hex.length > room) {
    throw new Refusal("TOO_LARGE", `signature of ${cms.length} bytes does not fit into ${room / 2} bytes`);
  }
  const signed = Buffer.from(prepared.bytes);
  signed.write(hex, start, "latin1");
  return signed;
}
