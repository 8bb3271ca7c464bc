import { createHash, createPublicKey, type KeyObject } from "node:crypto";

/** A security key of an officer, as lists hold it. */
export interface OfficerCredential {
  /** Credential id, Base64url, 16 to 1,023 octets. */
  id: string;
  /** SubjectPublicKeyInfo in DER, Base64url. */
  publicKey: string;
  /** Days, Shanghai: the first on which it confirms, and the last; no last one: until the list ends. */
  since: string;
  until?: string;
  /** Origin of the one page on which it confirms, a signing agent's own. Absent: the pages of the list. */
  page?: string;
}

/**
 * Loads a credential's public key: P-256 (ES256), Ed25519 (EdDSA), or RSA of 2,048 to 4,096 bits (RS256). `undefined` for every other key,
 * and for what is none.
 */
export function loadCredentialKey(publicKey: string): KeyObject | undefined {
  try {
    const der = Buffer.from(publicKey, "base64url");
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    const once = key.export({ format: "der", type: "spki" }).toString("base64url") === publicKey;
    return once && isTaken(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

function isTaken({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === "ed25519") return true;
  if (asymmetricKeyType === "ec") return asymmetricKeyDetails?.namedCurve === "prime256v1";
  const bits = asymmetricKeyType === "rsa" ? (asymmetricKeyDetails?.modulusLength ?? 0) : 0;
  return bits >= 2_048 && bits <= 4_096;
}

/** What people compare: SHA-256 of the public key, in eight groups of four hexadecimal digits. */
export function fingerprint({ publicKey }: Pick<OfficerCredential, "publicKey">): string {
  const hex = createHash("sha256").update(Buffer.from(publicKey, "base64url")).digest("hex");
  return (hex.slice(0, 32).match(/.{4}/g) ?? []).join(" ");
}
