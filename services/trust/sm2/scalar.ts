/**
 * Arithmetic modulo the order of the SM2 group for secret numbers: fixed limbs in place of BigInt, whose speed depends on its
 * operands. No branch and no array index here depends on a value; sums stay below 2^30, so that they are small integers to
 * every tier of the engine. What is public (r, s) stays with BigInt.
 */
import { octetsOf, SM2_ORDER } from "./curve.ts";

/** A number below the order, little-endian in limbs of 12 bits. Whoever holds a secret one overwrites it after use. */
export type Scalar = Int32Array;

const BITS = 12;
const MASK = (1 << BITS) - 1;
/** 264 bits: Montgomery's R is 2^264. */
const LIMBS = 22;

const ORDER = limbsOf(octetsOf(SM2_ORDER));
/** n⁻¹ modulo 2^12: each round doubles the bits that are right, of one to begin with. Its negative is what reduces. */
const INVERSE = [1, 2, 3, 4].reduce((x) => Math.imul(x, 2 - Math.imul(limb(ORDER, 0), x)), 1);
const REDUCTION = -INVERSE & MASK;
const R_SQUARED = limbsOf(octetsOf(2n ** BigInt(2 * BITS * LIMBS) % SM2_ORDER));

/** The number that 32 octets (big-endian) stand for, or `undefined` where it is not below the order. */
export function scalarFrom(octets: Uint8Array): Scalar | undefined {
  const value = limbsOf(octets);
  return borrowOf(value) === 1 ? value : undefined;
}

/** 32 octets, big-endian. */
export function scalarOctets(value: Scalar): Uint8Array {
  const octets = new Uint8Array(32);
  for (let index = 0; index < 32; index++) {
    const bit = index * 8;
    const at = Math.floor(bit / BITS);
    const pair = limb(value, at) | (at + 1 < LIMBS ? limb(value, at + 1) << BITS : 0);
    octets[31 - index] = (pair >> (bit % BITS)) & 0xff;
  }
  return octets;
}

/** Whether a number is zero. */
export function isZero(value: Scalar): boolean {
  let bits = 0;
  for (let index = 0; index < LIMBS; index++) bits |= limb(value, index);
  return bits === 0;
}

/** a + b. */
export function addScalars(a: Scalar, b: Scalar): Scalar {
  const sum = new Int32Array(LIMBS);
  for (let index = 0; index < LIMBS; index++) sum[index] = limb(a, index) + limb(b, index);
  return reduceOnce(carried(sum));
}

/** a − b. */
export function subtractScalars(a: Scalar, b: Scalar): Scalar {
  const difference = new Int32Array(LIMBS);
  for (let index = 0; index < LIMBS; index++) {
    difference[index] = limb(ORDER, index) + limb(a, index) - limb(b, index);
  }
  return reduceOnce(carried(difference));
}

/** a · b. */
export function multiplyScalars(a: Scalar, b: Scalar): Scalar {
  return montgomery(montgomery(a, R_SQUARED), b);
}

/** a⁻¹, as a to the power of n − 2, which is public and decides what is done. 0 gives 0. */
export function invertScalar(a: Scalar): Scalar {
  let power = limbsOf(octetsOf(1n));
  for (const bit of (SM2_ORDER - 2n).toString(2)) {
    power = multiplyScalars(power, power);
    if (bit === "1") power = multiplyScalars(power, a);
  }
  return power;
}

/** a · b / R. */
function montgomery(a: Scalar, b: Scalar): Scalar {
  const wide = new Int32Array(2 * LIMBS + 1);
  for (let i = 0; i < LIMBS; i++) {
    const factor = limb(a, i);
    for (let j = 0; j < LIMBS; j++) wide[i + j] = limb(wide, i + j) + Math.imul(factor, limb(b, j));
  }
  for (let i = 0; i < LIMBS; i++) {
    const factor = Math.imul(limb(wide, i) & MASK, REDUCTION) & MASK;
    for (let j = 0; j < LIMBS; j++) wide[i + j] = limb(wide, i + j) + Math.imul(factor, limb(ORDER, j));
    wide[i + 1] = limb(wide, i + 1) + (limb(wide, i) >> BITS);
  }
  const product = carried(wide.slice(LIMBS, 2 * LIMBS));
  wide.fill(0);
  return reduceOnce(product);
}

/** Brings limbs back to 12 bits each; the number itself fits. Limbs may be negative where the whole is not. */
function carried(value: Int32Array): Int32Array {
  let carry = 0;
  for (let index = 0; index < LIMBS; index++) {
    const sum = limb(value, index) + carry;
    value[index] = sum & MASK;
    carry = sum >> BITS;
  }
  return value;
}

/** Takes the order off a number below twice the order, where it is not below it. */
function reduceOnce(value: Int32Array): Scalar {
  const keep = -borrowOf(value);
  let borrow = 0;
  for (let index = 0; index < LIMBS; index++) {
    const difference = limb(value, index) - (limb(ORDER, index) & ~keep) - borrow;
    value[index] = difference & MASK;
    borrow = (difference >> BITS) & 1;
  }
  return value;
}

/** 1 where a number is below the order, else 0. */
function borrowOf(value: Int32Array): number {
  let borrow = 0;
  for (let index = 0; index < LIMBS; index++) {
    borrow = ((limb(value, index) - limb(ORDER, index) - borrow) >> BITS) & 1;
  }
  return borrow;
}

function limbsOf(octets: Uint8Array): Int32Array {
  const value = new Int32Array(LIMBS);
  for (let index = 0; index < octets.length; index++) {
    const bit = (octets.length - 1 - index) * 8;
    const at = Math.floor(bit / BITS);
    const shifted = (octets[index] as number) << (bit % BITS);
    value[at] = limb(value, at) | (shifted & MASK);
    if (at + 1 < LIMBS) value[at + 1] = limb(value, at + 1) | (shifted >> BITS);
  }
  return value;
}

/** An index that is in range by construction. */
function limb(value: Int32Array, index: number): number {
  return value[index] as number;
}
