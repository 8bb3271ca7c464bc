import { bitString, derNull, oid, sequence, unsignedInteger } from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import { SM2_KEY_ALGORITHM } from "../../services/trust/sm2/public-key.ts";
import { readRawSm2Signature, readSm2Signature, writeSm2Signature } from "../../services/trust/sm2/signature.ts";

/** CKA_EC_PARAMS of P-256: the curve's object identifier, DER. */
export const P256_PARAMS = Buffer.from(oid("1.2.840.10045.3.1.7"));
/** CKA_EC_PARAMS of SM2, for devices that have it. */
export const SM2_PARAMS = Buffer.from(oid(OID.sm2Curve));

const POINT_LENGTH = 65;
/** DER header of `DigestInfo` for SHA-256 (RFC 8017 §9.2, note 1). */
const SHA256_DIGEST_INFO = Buffer.from("3031300d060960864801650304020105000420", "hex");

/**
 * SubjectPublicKeyInfo of a P-256 key from its CKA_EC_POINT. PKCS#11 wants the point wrapped in an OCTET STRING; some
 * devices give it bare, so both are read. `undefined` where it is no uncompressed point.
 */
export function p256PublicKey(ecPoint: Uint8Array): Uint8Array | undefined {
  const point = unwrapped(ecPoint);
  return point && sequence(sequence(oid(OID.ecPublicKey), P256_PARAMS), bitString(point));
}

/** The same for an SM2 key; devices that give `x ‖ y` without the leading 04 are read too. */
export function sm2PublicKeyInfo(ecPoint: Uint8Array): Uint8Array | undefined {
  const point = ecPoint.length === POINT_LENGTH - 1 ? Buffer.concat([Uint8Array.of(4), ecPoint]) : unwrapped(ecPoint);
  return point && sequence(SM2_KEY_ALGORITHM, bitString(point));
}

function unwrapped(ecPoint: Uint8Array): Uint8Array | undefined {
  const wrapped = ecPoint.length === POINT_LENGTH + 2 && ecPoint[0] === 0x04 && ecPoint[1] === POINT_LENGTH;
  const point = wrapped ? ecPoint.subarray(2) : ecPoint;
  return point.length === POINT_LENGTH && point[0] === 0x04 ? point : undefined;
}

/** SubjectPublicKeyInfo of an RSA key from CKA_MODULUS and CKA_PUBLIC_EXPONENT. */
export function rsaPublicKey(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const key = sequence(unsignedInteger(modulus), unsignedInteger(exponent));
  return sequence(sequence(oid("1.2.840.113549.1.1.1"), derNull), bitString(key));
}

/** `SEQUENCE { r, s }` from the `r || s` that CKM_ECDSA gives. */
export function ecdsaSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  return sequence(unsignedInteger(raw.subarray(0, half)), unsignedInteger(raw.subarray(half)));
}

/** `SEQUENCE { r, s }` of an SM2 signature as the device writes it; `undefined` where it is not of that form. */
export function sm2Signature(signature: Uint8Array, form: "raw" | "der"): Uint8Array | undefined {
  const read = form === "der" ? readSm2Signature(signature) : readRawSm2Signature(signature);
  return read && writeSm2Signature(read);
}

/** What CKM_RSA_PKCS signs for a SHA-256 digest. */
export function sha256DigestInfo(digest: Uint8Array): Buffer {
  return Buffer.concat([SHA256_DIGEST_INFO, digest]);
}
