import { BoundedMemory } from "../../base/bounded-memory.ts";
import { modOrder, numberOf, Sm2Point } from "./curve.ts";
import { sm2Digest } from "./digest.ts";
import type { Sm2PublicKey } from "./public-key.ts";
import { readSm2Signature } from "./signature.ts";

/** A key gets a table once it was used this often: a table costs as much as a dozen verifications. */
const USES_BEFORE_TABLE = 8;
const WINDOW = 6;
/** Keys with a table, about 0.4 MB each; the one not used for longest goes first. */
const KEYS = 64;

const tables = new BoundedMemory<string, { uses: number; point: Sm2Point }>(KEYS);

/**
 * Verifies an SM2 signature (GB/T 32918.2 §7, user identity 1234567812345678) in DER. Returns false for anything but a
 * good one. Takes about 2 ms for the first few signatures by a key, a quarter of that afterwards.
 */
export function verifySm2(key: Sm2PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  return verifySm2Digest(key, sm2Digest(key, message), signature);
}

/** Verifies over e = SM3(Z ‖ message), for callers that have computed it with `sm2Digest`. */
export function verifySm2Digest(key: Sm2PublicKey, digest: Uint8Array, signature: Uint8Array): boolean {
  const read = readSm2Signature(signature);
  if (read === undefined || digest.length !== 32) return false;
  const { r, s } = read;
  const t = modOrder(r + s);
  if (t === 0n) return false;
  const sum = combine(key, s, t);
  return !sum.is0() && modOrder(numberOf(digest) + sum.x) === r;
}

/** `s·G + t·P`. Everything in it is public, so the fast ways are taken. */
function combine(key: Sm2PublicKey, s: bigint, t: bigint): Sm2Point {
  const name = Buffer.concat([key.x, key.y]).toString("latin1");
  const known = tables.get(name) ?? { uses: 0, point: Sm2Point.fromAffine(key.point.toAffine()) };
  known.uses++;
  tables.renew(name, known);
  if (known.uses <= USES_BEFORE_TABLE) return Sm2Point.BASE.mulAddUnsafe(s, known.point, t);
  if (known.uses === USES_BEFORE_TABLE + 1) known.point.precompute(WINDOW, false);
  return Sm2Point.BASE.multiplyUnsafe(s).add(known.point.multiplyUnsafe(t));
}
