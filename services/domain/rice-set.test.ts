import { describe, expect, test } from "vitest";
import { decodeRiceSet, encodeRiceSet, holdsNumber } from "./rice-set.ts";
import { seededNumbers } from "./seeded.ts";

function random(count: number, seed: number): BigUint64Array {
  const next = seededNumbers(seed);
  const word = () => BigInt(Math.floor(next() * 2 ** 32));
  return BigUint64Array.from({ length: count }, () => (word() << 32n) | word());
}

describe("a set of 64-bit numbers", () => {
  test("of any size is read back as it was written, in order and each once", () => {
    for (const count of [0, 1, 2, 7, 100, 5000]) {
      const numbers = random(count, count);
      const set = encodeRiceSet(BigUint64Array.from([...numbers, ...numbers]));
      expect(set.count).toBe(count);
      expect(decodeRiceSet(set)).toEqual(numbers.sort());
    }
  });

  test("with its ends in it is read back", () => {
    const numbers = BigUint64Array.from([0n, 1n, 2n ** 64n - 1n]);
    expect(decodeRiceSet(encodeRiceSet(numbers))).toEqual(numbers);
  });

  test("takes within 2 % of the least bits possible", () => {
    const count = 20_000;
    const least = 64 - Math.log2(count) + Math.log2(Math.E);
    const { bytes } = encodeRiceSet(random(count, 3));
    expect((bytes.length * 8) / count / least).toBeLessThan(1.02);
  });

  test("cut short, lengthened or with another count is refused", () => {
    const set = encodeRiceSet(random(100, 1));
    const longer = new Uint8Array(set.bytes.length + 1);
    longer.set(set.bytes);
    for (const damaged of [
      { ...set, bytes: set.bytes.subarray(0, -1) },
      { ...set, bytes: longer },
      { ...set, count: 101 },
      { ...set, count: 1e9 },
      { ...set, parameter: 64 },
      { ...set, bytes: new Uint8Array(set.bytes.length).fill(255) },
    ]) {
      expect(() => decodeRiceSet(damaged)).toThrow(RangeError);
    }
  });

  test("finds what it holds and nothing else", () => {
    const numbers = random(1000, 5).sort();
    for (const value of numbers) expect(holdsNumber(numbers, value)).toBe(true);
    for (const value of random(1000, 6)) expect(holdsNumber(numbers, value)).toBe(false);
    expect(holdsNumber(new BigUint64Array(), 1n)).toBe(false);
  });
});
