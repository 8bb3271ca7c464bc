import { scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/** A new app secret: 256 random bits as base64url. Shown once, never stored. */
export function newSecret(randomBytes: (size: number) => Uint8Array): string {
  return Buffer.from(randomBytes(32)).toString("base64url");
}

/** Salted hash under which a secret is kept. */
export async function hashSecret(secret: string, randomBytes: (size: number) => Uint8Array): Promise<string> {
  const salt = Buffer.from(randomBytes(16));
  return `scrypt$${salt.toString("base64url")}$${(await derive(secret, salt, 32)).toString("base64url")}`;
}

/** Compares a secret with the hash under which one is kept, in constant time. */
export async function secretMatches(secret: string, hash: string): Promise<boolean> {
  const [, salt = "", expected = ""] = hash.split("$");
  const found = await derive(secret, Buffer.from(salt, "base64url"), 32);
  const wanted = Buffer.alloc(32);
  Buffer.from(expected, "base64url").copy(wanted);
  return expected !== "" && timingSafeEqual(found, wanted);
}
