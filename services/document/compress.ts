import { deflateSync } from "node:zlib";

/** From this size on the larger tables of zlib pay for being set up. */
const LARGE = 16_384;

/**
 * Compresses to a zlib stream (RFC 1950). The memory that zlib works with goes by the size of the content: large tables compress
 * a font in three quarters of the time, small ones spare the many little files most of what they cost. The same bytes and
 * level always give the same stream.
 */
export function compressed(content: Uint8Array, level: number): Buffer {
  return deflateSync(content, { level, memLevel: content.length >= LARGE ? 9 : 6 });
}

/** The bare deflate data (RFC 1951) within a zlib stream: without its two octets in front and its checksum behind. */
export function rawDeflate(zlib: Buffer): Buffer {
  return zlib.subarray(2, -4);
}
