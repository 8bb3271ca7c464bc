import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { childrenOf, type DerElement, malformed, TAG } from "./der.ts";
import { readOid } from "./der-read.ts";
import { derNull, oid, sequence } from "./der-write.ts";
import { OID } from "./oid.ts";

/** The suites with which a department may sign. The national suite (SM2 with SM3) will be one more member. */
export type SignatureAlgorithm = "ecdsa-p256-sha256" | "rsa-pkcs1-sha256";

/** What writing a suite down needs. */
export interface AlgorithmSuite {
  /** Name of the digest for `createHash`. */
  readonly hash: "sha256";
  /** AlgorithmIdentifier of the digest: parameters absent (RFC 5754 §2). */
  readonly digestIdentifier: Uint8Array;
  /** AlgorithmIdentifier of SignerInfo. RSA bears `rsaEncryption`, which every reader knows (RFC 5754 §3.2). */
  readonly signerIdentifier: Uint8Array;
  /** AlgorithmIdentifier of signatures over certificates, lists and requests. */
  readonly certificateIdentifier: Uint8Array;
}

/** The suites by name. */
export const SUITES: Readonly<Record<SignatureAlgorithm, AlgorithmSuite>> = {
  "ecdsa-p256-sha256": {
    hash: "sha256",
    digestIdentifier: sequence(oid(OID.sha256)),
    signerIdentifier: sequence(oid(OID.ecdsaWithSha256)),
    certificateIdentifier: sequence(oid(OID.ecdsaWithSha256)),
  },
  "rsa-pkcs1-sha256": {
    hash: "sha256",
    digestIdentifier: sequence(oid(OID.sha256)),
    signerIdentifier: sequence(oid(OID.rsaEncryption), derNull),
    certificateIdentifier: sequence(oid(OID.sha256WithRsa), derNull),
  },
};

/** A public key as far as we judge keys. `unsupported` covers weak ones (RSA below 2048 bits) and unknown curves. */
export interface PublicKey {
  readonly kind: "p256" | "p384" | "p521" | "rsa" | "ed25519" | "unsupported";
  readonly key: KeyObject;
}

const CURVES: Record<string, PublicKey["kind"]> = { prime256v1: "p256", secp384r1: "p384", secp521r1: "p521" };

/** Reads a SubjectPublicKeyInfo. Refuses (`INVALID_FIELD`) what OpenSSL cannot read. */
export function readPublicKey(spki: Uint8Array): PublicKey {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    throw malformed("public key does not parse");
  }
  return { kind: kindOf(key), key };
}

/** Judges a key that is already loaded. */
export function kindOf(key: KeyObject): PublicKey["kind"] {
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ed25519") return "ed25519";
  if (key.asymmetricKeyType === "ec") return CURVES[details.namedCurve ?? ""] ?? "unsupported";
  if (key.asymmetricKeyType === "rsa" && (details.modulusLength ?? 0) >= 2048) return "rsa";
  return "unsupported";
}

/** The suite in which a key signs, or `undefined` where departments cannot sign with it. */
export function suiteOf(key: PublicKey): SignatureAlgorithm | undefined {
  if (key.kind === "p256") return "ecdsa-p256-sha256";
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
  const [name, parameters, surplus] = childrenOf(element, TAG.sequence);
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
 * Tells whether `signature` (DER for ECDSA) is good. False too for algorithms outside the accepted list, for weak keys
 * and for a key that does not fit the algorithm.
 */
export function signatureHolds(
  algorithm: AlgorithmIdentifier,
  { kind, key }: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const scheme = SCHEMES[algorithm.oid];
  if (scheme === undefined || kind === "unsupported") return false;
  const family = kind === "rsa" || kind === "ed25519" ? kind : "ec";
  if (family !== scheme.key) return false;
  if (algorithm.parameters !== (family === "rsa" ? "null" : "absent")) return false;
  try {
    return verify(scheme.hash, data, { key, dsaEncoding: "der" }, signature);
  } catch {
    return false;
  }
}
