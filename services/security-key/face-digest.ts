const BYTE_RANGE = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/;

/**
 * Digest (lower-case hex) of a PDF face as data messages name it: SHA-256 over all but the place of its signature. `undefined` for a file that has
 * no such place.
 */
export async function faceDigest(pdf: Uint8Array): Promise<string | undefined> {
  const [, ...found] = BYTE_RANGE.exec(new TextDecoder("latin1").decode(pdf)) ?? [];
  const [at = 0, length = 0, from = 0, rest = 0] = found.map(Number);
  if (found.length === 0 || at + length > from || from + rest > pdf.length) return undefined;
  const signed = new Uint8Array(length + rest);
  signed.set(pdf.subarray(at, at + length));
  signed.set(pdf.subarray(from, from + rest), length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", signed));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
