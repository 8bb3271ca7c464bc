import { createCipheriv, createDecipheriv } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a text by AES-256-GCM under a key of 32 bytes: nonce, ciphertext and tag, Base64. `bound` is not hidden, and the box opens together with it
 * alone, so that nobody who writes to a store can put it in another place.
 */
export function sealBox(
  { randomBytes }: { randomBytes(size: number): Uint8Array },
  key: Uint8Array,
  bound: string,
  text: string,
): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(bound));
  const hidden = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, hidden, cipher.getAuthTag()]).toString("base64");
}

/** The text in a box. Throws where key or `bound` is another, or the box was changed. */
export function openBox(key: Uint8Array, bound: string, box: string): string {
  const bytes = Buffer.from(box, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString("utf8");
}
