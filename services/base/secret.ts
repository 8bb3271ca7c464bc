/** How a secret is spelled: 256 bits as base64url. */
export const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** A new secret: 256 random bits as base64url. Told once, never stored. */
export function newSecret(randomBytes: (size: number) => Uint8Array): string {
  return Buffer.from(randomBytes(32)).toString("base64url");
}
