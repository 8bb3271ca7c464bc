import { createHash } from "node:crypto";
import { sm2Digest } from "../../services/trust/sm2/digest.ts";
import { ecdsaSignature, sha256DigestInfo, sm2Signature } from "./key-form.ts";
import type { Token, TokenKey } from "./token.ts";
import { TokenFault } from "./token-fault.ts";
import { findPrivateKey } from "./token-find.ts";

/** Larger than any signature here: a short buffer makes the device answer 0x5 and forget the operation. */
const signatureBuffer = Buffer.alloc(2048);

/**
 * Signs a message with the key of that label, in the key's own suite; DER for ECDSA and SM2, the plain octets for RSA. The
 * host digests, unless the mechanism says that the device does.
 */
export function signMessage(token: Token, label: string, message: Uint8Array): Uint8Array {
  return token.run((session) => {
    const key = findPrivateKey(token, session, label);
    token.library.C_SignInit(session.handle, { mechanism: key.mechanism.sign }, key.handle);
    const signature = token.library.C_Sign(session.handle, inputOf(key, message), signatureBuffer);
    return formOf(key, Uint8Array.from(signature));
  });
}

function inputOf({ mechanism, sm2 }: TokenKey, message: Uint8Array): Buffer {
  if (mechanism.digest === "device") return Buffer.from(message);
  if (sm2) return Buffer.from(sm2Digest(sm2, message));
  const digest = createHash("sha256").update(message).digest();
  return mechanism.algorithm === "rsa-pkcs1-sha256" ? sha256DigestInfo(digest) : digest;
}

function formOf({ mechanism }: TokenKey, signature: Uint8Array): Uint8Array {
  const { algorithm, signature: form = "raw" } = mechanism;
  if (algorithm === "rsa-pkcs1-sha256") return signature;
  if (algorithm === "ecdsa-p256-sha256") return form === "der" ? signature : ecdsaSignature(signature);
  const written = sm2Signature(signature, form);
  if (written === undefined) {
    throw new TokenFault("signatureForm", `the device's SM2 signature of ${signature.length} bytes is not ${form}`);
  }
  return written;
}
