import { childrenOf, readDer, TAG } from "../der.ts";
import { readIntegerBytes } from "../der-read.ts";
import { sequence, unsignedInteger } from "../der-write.ts";
import { numberOf, octetsOf, SM2_ORDER } from "./curve.ts";

/** The two numbers of a signature, each from 1 to the order of the group less 1. */
export interface Sm2Signature {
  readonly r: bigint;
  readonly s: bigint;
}

/** `SEQUENCE { r, s }` (GB/T 35276), the form that certificates, CMS and seals carry. */
export function writeSm2Signature({ r, s }: Sm2Signature): Uint8Array {
  return sequence(unsignedInteger(octetsOf(r)), unsignedInteger(octetsOf(s)));
}

/** Reads strict DER; `undefined` for anything else and for numbers out of range, so that a signature has one spelling. */
export function readSm2Signature(der: Uint8Array): Sm2Signature | undefined {
  try {
    const [r, s, surplus] = childrenOf(readDer(der, 80), TAG.sequence).map((element) => readIntegerBytes(element));
    if (r === undefined || s === undefined || surplus !== undefined) return undefined;
    if ((r[0] ?? 0x80) >= 0x80 || (s[0] ?? 0x80) >= 0x80) return undefined;
    return inRange({ r: numberOf(r), s: numberOf(s) });
  } catch {
    return undefined;
  }
}

/** Reads `r ‖ s`, 32 octets each, as devices give it; `undefined` for anything else. */
export function readRawSm2Signature(raw: Uint8Array): Sm2Signature | undefined {
  if (raw.length !== 64) return undefined;
  return inRange({ r: numberOf(raw.subarray(0, 32)), s: numberOf(raw.subarray(32)) });
}

function inRange(signature: Sm2Signature): Sm2Signature | undefined {
  const { r, s } = signature;
  return r > 0n && r < SM2_ORDER && s > 0n && s < SM2_ORDER ? signature : undefined;
}
