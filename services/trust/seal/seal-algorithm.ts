import { createHash } from "node:crypto";
import { type PublicKey, type SignatureAlgorithm, suiteOf, suiteSignatureHolds } from "../algorithm.ts";
import { OID } from "../oid.ts";
import type { SealSigners } from "./form.ts";

/**
 * Object identifiers of signature algorithms in seals, the one that is written first. GB/T 38540 is made for SM2; the others
 * serve departments that still sign with P-256 or RSA. `1.2.156.10197.501` is what a widespread program wrote by mistake.
 */
export const SEAL_ALGORITHMS: Readonly<Record<SignatureAlgorithm, readonly [string, ...string[]]>> = {
  "sm2-sm3": [OID.sm2WithSm3, OID.sm2Signature, "1.2.156.10197.501"],
  "ecdsa-p256-sha256": [OID.ecdsaWithSha256],
  "rsa-pkcs1-sha256": [OID.sha256WithRsa],
};

/** Tells whether a signature inside a seal structure is good, in the suite of the key, which its identifier must fit. */
export function sealSignatureHolds(
  algorithm: string,
  key: PublicKey,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const suite = suiteOf(key);
  return (
    suite !== undefined && SEAL_ALGORITHMS[suite].includes(algorithm) && suiteSignatureHolds(key, signed, signature)
  );
}

const DIGESTS: Readonly<Record<string, string>> = {
  sm3: "sm3",
  [OID.sm3]: "sm3",
  sha256: "sha256",
  "sha-256": "sha256",
  [OID.sha256]: "sha256",
};

/** Tells whether a certificate (DER) is among those that may sign with a seal. Digests by other than SM3 and SHA-256 count for nothing. */
export function maySign(signers: SealSigners, certificate: Uint8Array): boolean {
  if (signers.kind === "certificates") {
    return signers.certificates.some((candidate) => Buffer.compare(candidate, certificate) === 0);
  }
  return signers.digests.some(({ type, value }) => {
    const hash = DIGESTS[type.toLowerCase()];
    return hash !== undefined && createHash(hash).update(certificate).digest().equals(value);
  });
}
