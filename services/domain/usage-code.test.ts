import { describe, expect, test } from "vitest";
import { seededNumbers } from "./seeded.ts";
import { isUsageCode, newUsageCode, usageCodeDigest } from "./usage-code.ts";

describe("usage code (用证码, 5.4.3)", () => {
  test("a code is the base64url of its 16 random bytes, and each byte counts", () => {
    expect(newUsageCode((size) => new Uint8Array(size))).toBe("AAAAAAAAAAAAAAAAAAAAAA");
    expect(newUsageCode((size) => new Uint8Array(size).fill(255))).toBe("_____________________w");
    for (let at = 0; at < 16; at++) {
      const bytes = new Uint8Array(16);
      bytes[at] = 1;
      expect(newUsageCode(() => bytes)).not.toBe("AAAAAAAAAAAAAAAAAAAAAA");
    }
  });

  test("every code made is one, and they differ", () => {
    const next = seededNumbers(543);
    const codes = new Set<string>();
    for (let round = 0; round < 1000; round++) {
      const code = newUsageCode((size) => Uint8Array.from({ length: size }, () => Math.floor(next() * 256)));
      expect(isUsageCode(code)).toBe(true);
      codes.add(code);
    }
    expect(codes.size).toBe(1000);
  });

  test.each([
    "",
    "A".repeat(21),
    "A".repeat(23),
    "AAAAAAAAAAAAAAAAAAAAAB",
    "AAAAAAAAAAAAAAAAAAAA+A",
    `${"A".repeat(22)}\n`,
  ])("%j is none", (text) => {
    expect(isUsageCode(text)).toBe(false);
  });

  test("a random source that falls short is an error, never a weak code", () => {
    expect(() => newUsageCode(() => new Uint8Array(8))).toThrow(RangeError);
  });

  test("the digest hides the code and tells codes apart", () => {
    const digest = usageCodeDigest("AAAAAAAAAAAAAAAAAAAAAA");
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(usageCodeDigest("AAAAAAAAAAAAAAAAAAAAAQ")).not.toBe(digest);
  });
});
