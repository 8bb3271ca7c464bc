import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { childrenOf, type DerElement, malformed, TAG } from "./der.ts";
import { readOid } from "./der-read.ts";
import { derNull, oid, sequence } from "./der-write.ts";
import { OID } from "./oid.ts";
import { isSm2PublicKey, readSm2PublicKey, type Sm2PublicKey } from "./sm2/public-key.ts";
import { verifySm2 } from "./sm2/verify.ts";

/** The suites with which a department may sign; `sm2-sm3` is the national one. */
export type SignatureAlgorithm = "ecdsa-p256-sha256" | "rsa-pkcs1-sha256" | "sm2-sm3";

/** Digests of the suites, by their names in `createHash`. Both have 32 octets. */
export type DigestName = "sha256" | "sm3";

/** What writing a suite down needs. */
export interface AlgorithmSuite {
  /** Digest of the content in CMS and PDF signatures. */
  readonly hash: DigestName;
  readonly digestOid: string;
  /** AlgorithmIdentifier of the digest: parameters absent (RFC 5754 §2). */
  readonly digestIdentifier: Uint8Array;
  /**
   * AlgorithmIdentifier of SignerInfo. RSA bears `rsaEncryption`, which every reader knows (RFC 5754 §3.2), SM2 its own
   * signature without a digest, as GB/T 35275 signatures in the field do.
   */
  readonly signerIdentifier: Uint8Array;
  /** Signature algorithms of SignerInfo that are read for this suite. */
  readonly signerOids: readonly string[];
  /** AlgorithmIdentifier of signatures over certificates, lists and requests. */
  readonly certificateIdentifier: Uint8Array;
}

/** The suites by name. */
export const SUITES: Readonly<Record<SignatureAlgorithm, AlgorithmSuite>> = {
  "ecdsa-p256-sha256": {
    hash: "sha256",
    digestOid: OID.sha256,
    digestIdentifier: sequence(oid(OID.sha256)),
    signerIdentifier: sequence(oid(OID.ecdsaWithSha256)),
    signerOids: [OID.ecdsaWithSha256],
    certificateIdentifier: sequence(oid(OID.ecdsaWithSha256)),
  },
  "rsa-pkcs1-sha256": {
    hash: "sha256",
    digestOid: OID.sha256,
    digestIdentifier: sequence(oid(OID.sha256)),
    signerIdentifier: sequence(oid(OID.rsaEncryption), derNull),
    signerOids: [OID.rsaEncryption, OID.sha256WithRsa],
    certificateIdentifier: sequence(oid(OID.sha256WithRsa), derNull),
  },
  "sm2-sm3": {
    hash: "sm3",
    digestOid: OID.sm3,
    digestIdentifier: sequence(oid(OID.sm3)),
    signerIdentifier: sequence(oid(OID.sm2Signature)),
    signerOids: [OID.sm2Signature, OID.sm2WithSm3],
    certificateIdentifier: sequence(oid(OID.sm2WithSm3)),
  },
};

/**
 * A public key as far as we judge keys. `unsupported` covers weak ones (RSA below 2048 bits) and unknown curves. SM2 keys
 * have no `KeyObject` on purpose: what the one-shot functions of `node:crypto` do with them is not SM2 (they know no user identity).
 */
export type PublicKey =
  | { readonly kind: "p256" | "p384" | "p521" | "rsa" | "ed25519" | "unsupported"; readonly key: KeyObject }
  | { readonly kind: "sm2"; readonly sm2: Sm2PublicKey };

const CURVES: Record<string, "p256" | "p384" | "p521"> = {
  prime256v1: "p256",
  secp384r1: "p384",
  secp521r1: "p521",
};

/** Reads a SubjectPublicKeyInfo. Refuses (`INVALID_FIELD`) what OpenSSL cannot read, and SM2 points off the curve. */
export function readPublicKey(spki: Uint8Array): PublicKey {
  if (isSm2PublicKey(spki)) return { kind: "sm2", sm2: readSm2PublicKey(spki) };
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    throw malformed("public key does not parse");
  }
  return { kind: kindOf(key), key };
}

function kindOf(key: KeyObject): Exclude<PublicKey["kind"], "sm2"> {
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ed25519") return "ed25519";
  if (key.asymmetricKeyType === "ec") return CURVES[details.namedCurve ?? ""] ?? "unsupported";
  if (key.asymmetricKeyType === "rsa" && (details.modulusLength ?? 0) >= 2048) return "rsa";
  return "unsupported";
}

/** The suite in which a key signs, or `undefined` where departments cannot sign with it. */
export function suiteOf(key: PublicKey): SignatureAlgorithm | undefined {
  if (key.kind === "p256") return "ecdsa-p256-sha256";
  if (key.kind === "sm2") return "sm2-sm3";
  return key.kind === "rsa" ? "rsa-pkcs1-sha256" : undefined;
}

/** An AlgorithmIdentifier as read. */
export interface AlgorithmIdentifier {
  readonly oid: string;
  /** `other` is anything but absent or NULL. */
  readonly parameters: "absent" | "null" | "other";
}

/** Reads an AlgorithmIdentifier. */
export function readAlgorithm(element: DerElement | undefined): AlgorithmIdentifier {
  if (element === undefined) throw malformed("an algorithm is missing");
  const [name, parameters, surplus] = childrenOf(element, TAG.sequence, 3);
  if (surplus !== undefined) throw malformed("an algorithm has more than two members");
  const isNull = parameters?.tag === TAG.null && parameters.content.length === 0;
  return { oid: readOid(name), parameters: parameters === undefined ? "absent" : isNull ? "null" : "other" };
}

type Scheme = { hash: "sha256" | "sha384" | "sha512" | null; key: "ec" | "rsa" | "ed25519" };

/** Signature algorithms that are accepted in certificates and lists. SHA-1 and MD5 are absent on purpose. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  [OID.ecdsaWithSha256]: { hash: "sha256", key: "ec" },
  [OID.ecdsaWithSha384]: { hash: "sha384", key: "ec" },
  [OID.ecdsaWithSha512]: { hash: "sha512", key: "ec" },
  [OID.sha256WithRsa]: { hash: "sha256", key: "rsa" },
  [OID.sha384WithRsa]: { hash: "sha384", key: "rsa" },
  [OID.sha512WithRsa]: { hash: "sha512", key: "rsa" },
  [OID.ed25519]: { hash: null, key: "ed25519" },
};

/**
 * Tells whether `signature` (DER for ECDSA and SM2) is good. False too for algorithms outside the accepted list, for weak
 * keys and for a key that does not fit the algorithm.
 */
export function signatureHolds(
  algorithm: AlgorithmIdentifier,
  publicKey: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.kind === "sm2") {
    // Some authorities write NULL, GM/T 0015 examples leave the parameters out: both are read.
    const fits = algorithm.oid === OID.sm2WithSm3 && algorithm.parameters !== "other";
    return fits && verifySm2(publicKey.sm2, data, signature);
  }
  const { kind, key } = publicKey;
  const scheme = SCHEMES[algorithm.oid];
  if (scheme === undefined || kind === "unsupported") return false;
  const family = kind === "rsa" || kind === "ed25519" ? kind : "ec";
  if (family !== scheme.key) return false;
  if (algorithm.parameters !== (family === "rsa" ? "null" : "absent")) return false;
  try {
    // The bare key, since DER is the default form for ECDSA: an options object costs 10 µs more a call.
    return verify(scheme.hash, data, key, signature);
  } catch {
    return false;
  }
}

/** Tells whether a signature in the suite of the key (see {@link suiteOf}) is good; false for keys that have none. */
export function suiteSignatureHolds(publicKey: PublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  const suite = suiteOf(publicKey);
  if (suite === undefined) return false;
  return signatureHolds(CERTIFICATE_FORMS[suite], publicKey, data, signature);
}

const CERTIFICATE_FORMS: Readonly<Record<SignatureAlgorithm, AlgorithmIdentifier>> = {
  "ecdsa-p256-sha256": { oid: OID.ecdsaWithSha256, parameters: "absent" },
  "rsa-pkcs1-sha256": { oid: OID.sha256WithRsa, parameters: "null" },
  "sm2-sm3": { oid: OID.sm2WithSm3, parameters: "absent" },
};
