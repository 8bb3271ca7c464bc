import { randomBytes } from "node:crypto";
import { modOrder, numberOf, SM2_ORDER, Sm2Point } from "./curve.ts";
import { type Sm2Coordinates, sm2Digest } from "./digest.ts";
import { writeSm2Signature } from "./signature.ts";

/**
 * A source of unpredictable octets: `randomBytes` of `node:crypto`, but in tests of the standard's examples. What it returns is
 * overwritten after use.
 */
export type RandomOctets = (count: number) => Uint8Array;

/** What signs with one private key. */
export interface Sm2Signer {
  /** Signs a message (GB/T 32918.2 §6, user identity 1234567812345678); DER `SEQUENCE { r, s }`. */
  sign(message: Uint8Array): Uint8Array;
  /** Signs e = SM3(Z ‖ message), 32 octets, as devices with a prepared digest do. Throws `RangeError` for other lengths. */
  signDigest(digest: Uint8Array): Uint8Array;
}

/**
 * Makes a signer for a scalar in range. `multiply` takes the same steps for every secret number; the inverse of 1 + d is
 * taken once, blinded, so that a signature costs one multiplication with a secret:
 * s = (1 + d)⁻¹ · (k + r) − r, which equals (1 + d)⁻¹ · (k − r · d). BigInt arithmetic of the engine itself depends a little
 * on its operands and its values cannot be wiped: keys that matter belong in a device.
 */
export function createSm2Signer(scalar: bigint, publicKey: Sm2Coordinates, random: RandomOctets): Sm2Signer {
  let inverse: bigint | undefined;

  function signDigest(digest: Uint8Array): Uint8Array {
    if (digest.length !== 32) throw new RangeError(`SM2 signs 32 octets, not ${digest.length}`);
    const e = numberOf(digest);
    for (;;) {
      const k = secretScalar(random);
      const r = modOrder(e + Sm2Point.BASE.multiply(k).x);
      if (r === 0n || r + k === SM2_ORDER) continue;
      inverse ??= blindedInverse(scalar + 1n);
      const s = modOrder(inverse * (k + r) - r);
      if (s !== 0n) return writeSm2Signature({ r, s });
    }
  }

  return { sign: (message) => signDigest(sm2Digest(publicKey, message)), signDigest };
}

/** Inverts `value · b` for a random `b` and multiplies by `b`: the steps of the inversion tell nothing of `value`. */
function blindedInverse(value: bigint): bigint {
  const blind = secretScalar(randomBytes);
  return modOrder(Sm2Point.Fn.inv(modOrder(value * blind)) * blind);
}

/** A number from 1 to the order less 1, every one as likely: others are thrown away, not reduced. */
function secretScalar(random: RandomOctets): bigint {
  for (;;) {
    const octets = random(32);
    const scalar = numberOf(octets);
    octets.fill(0);
    if (scalar > 0n && scalar < SM2_ORDER) return scalar;
  }
}
