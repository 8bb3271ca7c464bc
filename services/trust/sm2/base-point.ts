import { createECDH } from "node:crypto";
import type { Sm2Coordinates } from "./digest.ts";

/**
 * The multiple of the base point by a secret number, 32 octets below the order and not zero. OpenSSL computes it, by a ladder
 * that takes the same steps for every number: what `node:crypto` gets wrong about SM2 is its signatures, not its curve.
 */
export function multipleOfBase(secret: Uint8Array): Sm2Coordinates {
  const pair = createECDH("SM2");
  pair.setPrivateKey(secret);
  const point = pair.getPublicKey();
  return { x: Uint8Array.from(point.subarray(1, 33)), y: Uint8Array.from(point.subarray(33)) };
}
