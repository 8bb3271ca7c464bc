import { createHash, type KeyObject, verify } from "node:crypto";
import type { FieldViolation } from "../domain/refusal.ts";

/** Why a signature is not one over these octets. */
export type SignatureFault = Required<Omit<FieldViolation, "field">>;

/**
 * What is wrong with an origin signature that does not verify: another form, or over something else. The slips of other libraries are
 * tried, so that whoever makes one is told which; if it is none of them, the statement is another.
 */
export function signatureFault(
  { key, hash }: { key: KeyObject; hash: "sha256" | null },
  octets: Uint8Array,
  signature: Uint8Array,
): SignatureFault {
  const digest = createHash("sha256").update(octets).digest();
  if (hash !== null && verify(hash, octets, { key, dsaEncoding: "ieee-p1363" }, signature)) {
    return {
      description: "is r and s in 64 octets",
      remedy: "send it in DER, a SEQUENCE of both",
      localized: "签名是64字节的r‖s，请改为DER编码",
    };
  }
  if (verify(hash, digest, key, signature)) {
    const once = hash === null ? "not of their digest" : "the library computes the digest";
    return {
      description: "is one over the SHA-256 of the octets, taken before they were handed to the signing function",
      remedy: `sign the canonical octets themselves: ${once}`,
      localized: "签名对象是摘要而非规范化字节，请直接对规范化字节签名",
    };
  }
  if (hash === null && signature.length !== 64) {
    return {
      description: `has ${signature.length} octets, one of an Ed25519 key has 64`,
      remedy: "sign with the key that origin.key_id names, and send the octets of the signature as they are",
      localized: `签名为${signature.length}字节，Ed25519签名应为64字节，请使用密钥标识所指的密钥签名`,
    };
  }
  return {
    description: "does not fit the data: not all of the statement is as it was signed",
    remedy:
      "compare the statement that was signed, octet by octet, with the one that ValidateOrigin answers for the order",
    localized: "签名与申请内容不符，请将所签的规范化字节与ValidateOrigin返回的逐字节比对",
  };
}
