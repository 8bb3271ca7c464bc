import { scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/**
 * Salted hash under which a secret is kept. One that is good beside another of the same app takes the salt of that one's hash, so that a
 * comparison with both costs one derivation: nobody who waits for it learns how many there are. Secrets are 256 random bits, of which two
 * under one salt tell nothing; what a salt keeps from being found once for many are the secrets of many apps.
 */
export async function hashSecret(
  secret: string,
  randomBytes: (size: number) => Uint8Array,
  beside?: string,
): Promise<string> {
  const salt = beside === undefined ? Buffer.from(randomBytes(16)) : parsed(beside).salt;
  return `scrypt$${salt.toString("base64url")}$${(await derive(secret, salt, 32)).toString("base64url")}`;
}

/** The one of the hashes under which a secret is kept, if any; each is compared in constant time, and all of them whatever is found. */
export async function matchingHash(secret: string, hashes: readonly string[]): Promise<string | undefined> {
  const derived = new Map<string, Buffer>();
  let found: string | undefined;
  for (const hash of hashes) {
    const { salt, expected } = parsed(hash);
    const key = salt.toString("base64url");
    const own = derived.get(key) ?? (await derive(secret, salt, 32));
    derived.set(key, own);
    const wanted = Buffer.alloc(32);
    expected.copy(wanted);
    if (timingSafeEqual(own, wanted) && expected.length === 32) found = hash;
  }
  return found;
}

function parsed(hash: string): { salt: Buffer; expected: Buffer } {
  const [, salt = "", expected = ""] = hash.split("$");
  return { salt: Buffer.from(salt, "base64url"), expected: Buffer.from(expected, "base64url") };
}
