import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { SUITES } from "../../services/trust/algorithm.ts";
import { toPem } from "../../services/trust/pem.ts";
import { generateSm2Key, readSm2PrivateKeyPem, type Sm2PrivateKey } from "../../services/trust/sm2/private-key.ts";
import { writeSm2PublicKey } from "../../services/trust/sm2/public-key.ts";

/** Kinds of keys with which authorities sign: SM2 for the national hierarchy, P-256 for everything else. */
export type AuthorityKeyKind = "p256" | "sm2";

/** The key of an authority. */
export interface AuthorityKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** AlgorithmIdentifier of what it signs. */
  readonly identifier: Uint8Array;
  /** Signs the given octets; DER `SEQUENCE { r, s }`. */
  sign(toBeSigned: Uint8Array): Uint8Array;
}

/** Makes a key; `keyPem` is PKCS#8. */
export function newAuthorityKey(kind: AuthorityKeyKind): { keyPem: string; key: AuthorityKey } {
  if (kind === "sm2") {
    const { pkcs8, key } = generateSm2Key();
    return { keyPem: toPem("PRIVATE KEY", pkcs8), key: nationalKey(key) };
  }
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { keyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), key: commonKey(privateKey) };
}

/** Opens a key that {@link newAuthorityKey} made. */
export function openAuthorityKey(kind: AuthorityKeyKind, keyPem: string): AuthorityKey {
  return kind === "sm2" ? nationalKey(readSm2PrivateKeyPem(keyPem)) : commonKey(createPrivateKey(keyPem));
}

function nationalKey({ publicKey, sign: signSm2 }: Sm2PrivateKey): AuthorityKey {
  return {
    spki: writeSm2PublicKey(publicKey),
    identifier: SUITES["sm2-sm3"].certificateIdentifier,
    sign: signSm2,
  };
}

function commonKey(key: KeyObject): AuthorityKey {
  return {
    spki: createPublicKey(key).export({ type: "spki", format: "der" }),
    identifier: SUITES["ecdsa-p256-sha256"].certificateIdentifier,
    sign: (bytes) => sign("sha256", bytes, key),
  };
}
