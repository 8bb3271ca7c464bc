import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import type { AppProof } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { refuseField } from "../../domain/refusal.ts";

/** Keys or certificates of an app at most. */
const MOST = 4;
const CURVES: Readonly<Record<string, string>> = { "P-256": "EC", "P-384": "EC", Ed25519: "OKP" };
const LEAST_RSA_BITS = 2_048;
/** Members of a JWK that are secret, of whichever kind of key. */
const SECRET = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const BLOCK = /-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g;

/** By what an app proves itself: one of the two, each key and certificate such that it can be used. */
export function checkAppProof({ publicKeysJson, clientCertificatesPem }: AppProof): void {
  if ((publicKeysJson === "") === (clientCertificatesPem === "")) {
    const description = "needs public_keys_json or client_certificates_pem, and not both";
    throw refuseField(
      "INVALID_FIELD",
      "app.proof",
      description,
      "give one of the two",
      "公钥与客户端证书应当且只能填写一项",
    );
  }
  if (publicKeysJson !== "") checkKeys(publicKeysJson);
  else checkCertificates(clientCertificatesPem);
}

/** The certificates of a text, in its order. Throws what the parser throws. */
export function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(BLOCK) ?? []).map((block) => new X509Certificate(block));
}

function checkKeys(text: string): void {
  const at = "app.proof.public_keys_json";
  const keys: unknown = (JSON.parse(text) as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > MOST) {
    const description = `must be a JWK Set with 1 to ${MOST} keys: {"keys": [...]}`;
    throw refuseField(
      "INVALID_FIELD",
      at,
      description,
      "send the set",
      `应为含1至${MOST}个公钥的JWK Set：{"keys": [...]}`,
    );
  }
  keys.forEach((key, index) => {
    checkKey(key, `${at}/keys/${index}`);
  });
}

function checkKey(key: unknown, field: string): void {
  if (typeof key === "object" && key !== null && SECRET.some((name) => name in key)) {
    const localized = "含有私钥或对称密钥，请只提供公钥，并更换该密钥";
    throw refuseField(
      "INVALID_FIELD",
      field,
      "holds a secret",
      "send the public key alone, and replace this one",
      localized,
    );
  }
  if (isUsable(key)) return;
  const description = `is no usable public key: EC on P-256 or P-384, OKP on Ed25519, or RSA of ${LEAST_RSA_BITS} bits or more`;
  const localized = `不是可用的公钥，应为EC（P-256、P-384）、OKP（Ed25519）或不少于${LEAST_RSA_BITS}位的RSA`;
  throw refuseField("INVALID_FIELD", field, description, "send such a key as JWK", localized);
}

function isUsable(key: unknown): boolean {
  const { kty, crv } = (key ?? {}) as { kty?: unknown; crv?: unknown };
  if (kty !== "RSA" && CURVES[String(crv)] !== kty) return false;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: key as Record<string, string>, format: "jwk" });
    return kty !== "RSA" || (asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS;
  } catch {
    return false;
  }
}

function jwkOf(key: KeyObject): unknown {
  try {
    return key.export({ format: "jwk" });
  } catch {
    return undefined;
  }
}

function checkCertificates(pem: string): void {
  let found: X509Certificate[] = [];
  try {
    found = certificatesIn(pem);
  } catch {
    // Whatever is no certificate is refused below.
  }
  const usable = found.every(({ publicKey }) => isUsable(jwkOf(publicKey)));
  if (found.length >= 1 && found.length <= MOST && usable) return;
  const description = `must be 1 to ${MOST} certificates of keys that are EC on P-256 or P-384, Ed25519, or RSA of ${LEAST_RSA_BITS} bits or more`;
  const localized = `应为1至${MOST}份PEM证书，其公钥为EC（P-256、P-384）、Ed25519或不少于${LEAST_RSA_BITS}位的RSA`;
  throw refuseField("INVALID_FIELD", "app.proof.client_certificates_pem", description, "send those alone", localized);
}
