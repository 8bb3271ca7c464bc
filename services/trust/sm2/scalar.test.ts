import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { multipleOfBase } from "./base-point.ts";
import { numberOf, octetsOf, SM2_ORDER, Sm2Point } from "./curve.ts";
import {
  addScalars,
  invertScalar,
  isZero,
  multiplyScalars,
  type Scalar,
  scalarFrom,
  scalarOctets,
  subtractScalars,
} from "./scalar.ts";

const n = SM2_ORDER;
const scalar = (value: bigint) => scalarFrom(octetsOf(value)) as Scalar;
const value = (of: Scalar) => numberOf(scalarOctets(of));
const modulo = (number: bigint) => ((number % n) + n) % n;

/** The ends of the range, long carries, and 300 numbers at random. */
const EDGES = [0n, 1n, 2n, n - 1n, n - 2n, n >> 1n, (1n << 252n) - 1n, 1n << 255n, 0xfffn, 0x1000n];
const NUMBERS = [...EDGES, ...Array.from({ length: 300 }, () => modulo(numberOf(randomBytes(40))))];

describe("arithmetic modulo the order of the SM2 group", () => {
  test("agrees with BigInt on sums, differences, products and inverses", () => {
    for (const [index, a] of NUMBERS.entries()) {
      const b = NUMBERS[(index * 7 + 3) % NUMBERS.length] as bigint;
      const [left, right] = [scalar(a), scalar(b)];
      expect(value(left)).toBe(a);
      expect(value(addScalars(left, right))).toBe(modulo(a + b));
      expect(value(subtractScalars(left, right))).toBe(modulo(a - b));
      expect(value(multiplyScalars(left, right))).toBe(modulo(a * b));
      expect(isZero(left)).toBe(a === 0n);
    }
    for (const a of NUMBERS.slice(1, 20)) {
      expect(modulo(value(invertScalar(scalar(a))) * a)).toBe(a === 0n ? 0n : 1n);
    }
  });

  test("every pair of edges comes out right", () => {
    for (const a of EDGES) {
      for (const b of EDGES) {
        expect(value(multiplyScalars(scalar(a), scalar(b)))).toBe(modulo(a * b));
        expect(value(subtractScalars(scalar(a), scalar(b)))).toBe(modulo(a - b));
      }
    }
  });

  test("takes no number from the order on", () => {
    for (const beyond of [n, n + 1n, 2n ** 256n - 1n]) expect(scalarFrom(octetsOf(beyond))).toBeUndefined();
    expect(value(scalar(n - 1n))).toBe(n - 1n);
  });

  test("leaves its operands as they were", () => {
    const [a, b] = [scalar(n - 5n), scalar(12345n)];
    for (const run of [addScalars, subtractScalars, multiplyScalars]) run(a, b);
    expect([value(a), value(b)]).toEqual([n - 5n, 12345n]);
  });
});

test("multiples of the base point by OpenSSL agree with the curve's own arithmetic", () => {
  for (const secret of [1n, 2n, n - 1n, ...NUMBERS.slice(10, 40)]) {
    const { x, y } = Sm2Point.BASE.multiply(secret).toAffine();
    expect(multipleOfBase(octetsOf(secret))).toEqual({
      x: Uint8Array.from(octetsOf(x)),
      y: Uint8Array.from(octetsOf(y)),
    });
  }
});

/** What in scalar.ts chooses by an index or by what is public, each there once. */
const CHOICES = [
  // Whether a number is below the order is told to the caller: a random number that is not is drawn again.
  "borrowOf(value) === 1 ? value : undefined",
  "(at + 1 < LIMBS ? limb(value, at + 1) << BITS : 0)",
  "if (at + 1 < LIMBS)",
  // The exponent n − 2 is public.
  "octetsOf(1n)",
  "(SM2_ORDER - 2n).toString(2)",
  'if (bit === "1")',
];

test("lint: no function for secret numbers is written with BigInt or a branch, but by an index or what is public", () => {
  let source = readFileSync(join(import.meta.dirname, "scalar.ts"), "utf8");
  for (const choice of CHOICES) {
    expect(source.split(choice), choice).toHaveLength(2);
    source = source.replace(choice, "");
  }
  const functions = source
    .replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*/g, "")
    .split(/^(?:export )?function /m)
    .slice(1);
  const names = functions.map((text) => /^\w+/.exec(text)?.[0]);
  expect(names).toEqual(expect.arrayContaining(["scalarFrom", "isZero", "invertScalar", "montgomery", "limb"]));
  for (const text of functions)
    expect(text).not.toMatch(/\b(if|switch|while)\b|[?]|&&|[|]{2}|\b\d+n\b|BigInt|octetsOf/);
});
