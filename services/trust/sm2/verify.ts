import { createPublicKey, createVerify, type KeyObject } from "node:crypto";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { identityOf } from "./digest.ts";
import { type Sm2PublicKey, writeSm2PublicKey } from "./public-key.ts";
import { readSm2Signature } from "./signature.ts";

/** Keys that are kept as OpenSSL holds them: making one costs a fifth of a verification. The one not used for longest goes first. */
const KEYS = 1_024;

const keys = new BoundedMemory<string, KeyObject>(KEYS);

/**
 * Verifies an SM2 signature (GB/T 32918.2 §7, user identity 1234567812345678) in DER. Returns false for anything but a good one. OpenSSL
 * does it: `createVerify` digests Z and the message and hands on e, which is what SM2 signs. The one-shot `verify` of node:crypto must
 * not be used: it puts a Z of its own in front, of an empty identity.
 */
export function verifySm2(key: Sm2PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  // Read strictly first, so that a signature has one spelling whatever OpenSSL would take.
  if (readSm2Signature(signature) === undefined) return false;
  try {
    return createVerify("sm3").update(identityOf(key)).update(message).verify(keyObjectOf(key), signature);
  } catch {
    return false;
  }
}

function keyObjectOf(key: Sm2PublicKey): KeyObject {
  const name = Buffer.concat([key.x, key.y]).toString("latin1");
  const known = keys.use(name);
  if (known !== undefined) return known;
  const made = createPublicKey({ key: Buffer.from(writeSm2PublicKey(key)), format: "der", type: "spki" });
  keys.set(name, made);
  return made;
}
