import { createPrivateKey, createPublicKey, type KeyObject, sign, verify, X509Certificate } from "node:crypto";
import { Refusal } from "../domain/refusal.ts";
import { type NodeContext, nodeSignedBytes } from "../statement/node-signed.ts";

/**
 * Signs as a node: Ed25519 over the context, a zero byte, and the payload: bytes as they are, anything else as canonical
 * JSON (RFC 8785). Returns the detached signature in base64url. `key` is PEM (PKCS#8) or, cheaper, a loaded key; refuses
 * (`INVALID_FIELD`) one that is not Ed25519.
 */
export function signAsNode(key: string | KeyObject, context: NodeContext, payload: unknown): string {
  const privateKey = typeof key === "string" ? load(() => createPrivateKey(key)) : key;
  return sign(null, nodeSignedBytes(context, payload), ed25519(privateKey)).toString("base64url");
}

/**
 * Verifies what {@link signAsNode} made. `key` is a PEM public key or certificate, or a loaded public key. Returns false
 * for anything but a good signature; a certificate's trust and validity are the caller's to check. Refuses
 * (`INVALID_FIELD`) a key that is not Ed25519.
 */
export function verifyAsNode(
  key: string | KeyObject,
  context: NodeContext,
  payload: unknown,
  signature: string,
): boolean {
  const publicKey = typeof key === "string" ? load(() => publicKeyOf(key)) : key;
  const value = Buffer.from(signature, "base64url");
  // One text per signature: Node skips over foreign characters and stray bits, so compare what it read.
  if (value.length !== 64 || value.toString("base64url") !== signature) return false;
  return verify(null, nodeSignedBytes(context, payload), ed25519(publicKey), value);
}

function publicKeyOf(pem: string): KeyObject {
  return pem.includes("BEGIN CERTIFICATE") ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

function load(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "node key: the PEM text does not hold a usable key", { cause });
  }
}

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== "ed25519") throw new Refusal("INVALID_FIELD", "node key: the key is not Ed25519");
  return key;
}
