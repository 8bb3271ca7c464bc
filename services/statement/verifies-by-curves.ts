import { ed25519 } from "@noble/curves/ed25519.js";
import { fromBase64url } from "./bytes.ts";

/**
 * Whether an Ed25519 signature holds, under a raw public key in Base64url: for browsers, of which not all have the curve. By RFC 8032 to the
 * letter, as Node has it: no other spelling of a point counts.
 */
export function verifiesByCurves(key: string, signed: Uint8Array, signature: Uint8Array): boolean {
  const raw = fromBase64url(key);
  if (raw?.length !== 32 || signature.length !== 64) return false;
  try {
    return ed25519.verify(signature, signed, raw, { zip215: false });
  } catch {
    return false;
  }
}
