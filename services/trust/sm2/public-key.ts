import { childrenOf, malformed, readDer, TAG } from "../der.ts";
import { readBitOctets, readOid } from "../der-read.ts";
import { bitString, oid, sequence } from "../der-write.ts";
import { OID } from "../oid.ts";
import { numberOf, Sm2Point } from "./curve.ts";
import type { Sm2Coordinates } from "./digest.ts";

/** A public key: a point that is on the curve and not the neutral one. */
export type Sm2PublicKey = Sm2Coordinates;

/** AlgorithmIdentifier of SM2 keys: id-ecPublicKey with the curve (GB/T 35276). */
export const SM2_KEY_ALGORITHM: Uint8Array = sequence(oid(OID.ecPublicKey), oid(OID.sm2Curve));

/** Takes an uncompressed point, `04 ‖ x ‖ y`. Refuses (`INVALID_FIELD`) other forms and points off the curve. */
export function sm2PublicKey(octets: Uint8Array): Sm2PublicKey {
  if (octets.length !== 65 || octets[0] !== 4) throw malformed("an SM2 point has 65 octets and begins with 04");
  const [x, y] = [Uint8Array.from(octets.subarray(1, 33)), Uint8Array.from(octets.subarray(33))];
  try {
    Sm2Point.fromAffine({ x: numberOf(x), y: numberOf(y) }).assertValidity();
    return { x, y };
  } catch {
    throw malformed("the SM2 point is not on the curve");
  }
}

/** The uncompressed point, 65 octets. */
export function sm2PointOctets({ x, y }: Sm2Coordinates): Uint8Array {
  return Buffer.concat([Uint8Array.of(4), x, y]);
}

/** SubjectPublicKeyInfo, DER. */
export function writeSm2PublicKey(key: Sm2Coordinates): Uint8Array {
  return sequence(SM2_KEY_ALGORITHM, bitString(sm2PointOctets(key)));
}

/** Tells whether a SubjectPublicKeyInfo holds an SM2 key. Refuses (`INVALID_FIELD`) what is no SubjectPublicKeyInfo. */
export function isSm2PublicKey(spki: Uint8Array): boolean {
  const [algorithm] = childrenOf(readDer(spki), TAG.sequence);
  const [type, curve] = algorithm === undefined ? [] : childrenOf(algorithm, TAG.sequence);
  return readOid(type) === OID.ecPublicKey && curve?.tag === TAG.oid && readOid(curve) === OID.sm2Curve;
}

/** Reads a SubjectPublicKeyInfo. Refuses (`INVALID_FIELD`) other keys, compressed points, and points off the curve. */
export function readSm2PublicKey(spki: Uint8Array): Sm2PublicKey {
  const [algorithm, point, surplus] = childrenOf(readDer(spki), TAG.sequence);
  if (surplus !== undefined || algorithm === undefined || Buffer.compare(algorithm.raw, SM2_KEY_ALGORITHM) !== 0) {
    throw malformed("not an SM2 public key");
  }
  return sm2PublicKey(readBitOctets(point));
}
