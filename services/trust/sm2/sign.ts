import { multipleOfBase } from "./base-point.ts";
import { modOrder, numberOf, octetsOf } from "./curve.ts";
import { type Sm2Coordinates, sm2Digest } from "./digest.ts";
import {
  addScalars,
  invertScalar,
  isZero,
  multiplyScalars,
  type Scalar,
  scalarFrom,
  scalarOctets,
  subtractScalars,
} from "./scalar.ts";
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

const ONE = scalarFrom(octetsOf(1n)) as Scalar;

/**
 * Makes a signer for a secret in range: s = (1 + d)⁻¹ · (k + r) − r, which equals (1 + d)⁻¹ · (k − r · d). Neither branches
 * nor indices depend on d or k: OpenSSL's ladder multiplies the point, fixed limbs do the rest, and the inverse of 1 + d is
 * taken once. What the engine makes of such code cannot be proven, and it may copy values: keys that matter belong in a device.
 */
export function createSm2Signer(secret: Scalar, publicKey: Sm2Coordinates, random: RandomOctets): Sm2Signer {
  const inverse = invertScalar(addScalars(secret, ONE));

  function signDigest(digest: Uint8Array): Uint8Array {
    if (digest.length !== 32) throw new RangeError(`SM2 signs 32 octets, not ${digest.length}`);
    for (;;) {
      const k = secretScalar(random);
      const octets = scalarOctets(k);
      const r = octetsOf(modOrder(numberOf(digest) + numberOf(multipleOfBase(octets).x)));
      octets.fill(0);
      const known = scalarFrom(r) as Scalar;
      const sum = addScalars(k, known);
      k.fill(0);
      const s = subtractScalars(multiplyScalars(inverse, sum), known);
      const usable = !isZero(known) && !isZero(sum) && !isZero(s);
      sum.fill(0);
      if (usable) return writeSm2Signature({ r: numberOf(r), s: numberOf(scalarOctets(s)) });
    }
  }

  return { sign: (message) => signDigest(sm2Digest(publicKey, message)), signDigest };
}

/** A number from 1 to the order less 1, every one as likely: others are thrown away, not reduced. */
export function secretScalar(random: RandomOctets): Scalar {
  for (;;) {
    const octets = random(32);
    const scalar = scalarFrom(octets);
    octets.fill(0);
    if (scalar !== undefined && !isZero(scalar)) return scalar;
  }
}
