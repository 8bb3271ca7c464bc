import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { type OriginStatement, originBytes } from "../domain/origin-statement.ts";

/**
 * Signs an origin statement (来源签名) with a department system's own key: Ed25519, or ECDSA P-256 with SHA-256 in DER.
 * `key` is PEM (PKCS#8) or, cheaper, a loaded key. Throws `TypeError` on any other kind of key.
 */
export function signOrigin(key: string | KeyObject, statement: OriginStatement): Uint8Array {
  const privateKey = typeof key === "string" ? createPrivateKey(key) : key;
  return sign(originHash(privateKey), originBytes(statement), privateKey);
}

/** The digest that goes with an origin key: none for Ed25519, SHA-256 for P-256. Throws `TypeError` on other keys. */
export function originHash(key: KeyObject): "sha256" | null {
  if (key.asymmetricKeyType === "ed25519") return null;
  if (key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1") return "sha256";
  throw new TypeError("an origin key is Ed25519 or P-256");
}
