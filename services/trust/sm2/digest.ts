import { createHash } from "node:crypto";
import { octetsOf, SM2_CURVE } from "./curve.ts";

/** The user identity that GB/T 35276 prescribes where the parties agreed on none; everybody uses it. */
export const SM2_USER_ID = "1234567812345678";

/** The coordinates of a public key, 32 octets each. */
export interface Sm2Coordinates {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

/** SM3 (GB/T 32905) over the parts in turn; 32 octets. */
export function sm3(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash("sm3");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const { a, b, Gx, Gy } = SM2_CURVE;
const CURVE_OCTETS = Buffer.concat([a, b, Gx, Gy].map(octetsOf));

/** Z of a signer (GB/T 32918.2 §5.5): digest of identity, curve and public key. */
export function sm2Identity({ x, y }: Sm2Coordinates, userId = SM2_USER_ID): Uint8Array {
  const id = Buffer.from(userId, "utf8");
  const bits = id.length * 8;
  return sm3(Uint8Array.of(bits >> 8, bits & 0xff), id, CURVE_OCTETS, x, y);
}

const identities = new WeakMap<Sm2Coordinates, Uint8Array>();

/** Z with the prescribed user identity, remembered for each key object. */
export function identityOf(key: Sm2Coordinates): Uint8Array {
  let identity = identities.get(key);
  if (identity === undefined) {
    identity = sm2Identity(key);
    identities.set(key, identity);
  }
  return identity;
}

/**
 * What SM2 really signs: e = SM3(Z ‖ message), 32 octets, with the prescribed user identity. Hosts compute it for devices
 * that sign a prepared digest.
 */
export function sm2Digest(key: Sm2Coordinates, message: Uint8Array): Uint8Array {
  return sm3(identityOf(key), message);
}
