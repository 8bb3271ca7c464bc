import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type ByteRange, rangeDigests } from "./document-stamp.ts";

const STAMPS = 16;
const file = Buffer.alloc(16 << 20, "document");
/** One behind the other at the end of the file, as document time stamps stand; each covers all before it but not its own gap. */
const ranges = Array.from({ length: STAMPS }, (_, index): ByteRange => {
  const gapAt = file.length - (STAMPS - index) * 20_000;
  return [0, gapAt, gapAt + 16_386, 500];
});
const plainly = ([, a, b, c]: ByteRange, hash: string) =>
  createHash(hash)
    .update(file.subarray(0, a))
    .update(file.subarray(b, b + c))
    .digest();

/** Processor time of this thread that work takes, in microseconds. */
function cost(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}

test("digests of nested byte ranges are those of the octets covered, in any order and by several hashes", () => {
  const digest = rangeDigests(file);
  for (const hash of ["sha256", "sm3"]) {
    for (const range of [0, 7, 15, 3].map((index) => ranges[index] as ByteRange)) {
      expect(digest(range, hash).equals(plainly(range, hash))).toBe(true);
    }
  }
});

test("the ranges of sixteen document time stamps cost one pass over the file", () => {
  const [first] = ranges as [ByteRange];
  const once = cost(() => plainly(first, "sm3"));
  const digest = rangeDigests(file);
  const all = cost(() => {
    for (const range of ranges) digest(range, "sm3");
  });
  expect(all).toBeLessThan(once * 4);
});
