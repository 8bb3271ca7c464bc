import { createHash } from "node:crypto";

/** SHA-256 in lower-case hex: the name of a blob. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Tells whether a text can be a blob's name; anything else never reaches a path or a query. */
export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
