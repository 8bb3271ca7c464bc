import { describe, expect, test } from "vitest";
import { growthOf, residentBytes } from "./resident.ts";

describe("growth of a process's memory", () => {
  test("does not count what it takes in its first third", () => {
    const samples = [...Array.from({ length: 10 }, (_, at) => 10 + 9 * at), ...Array(20).fill(100)];
    expect(growthOf(samples)).toBe(0);
  });

  test("is the last tenth against the tenth behind the first third, and one peak changes nothing", () => {
    const samples = [...Array(20).fill(100), ...Array(10).fill(120)];
    expect(growthOf(samples)).toBeCloseTo(0.2);
    expect(growthOf([...Array(29).fill(100), 900])).toBe(0);
  });

  test("is read of a process that runs, and of no other", () => {
    expect(residentBytes(process.pid)).toBeGreaterThan(10 << 20);
    expect(residentBytes(2 ** 30)).toBeUndefined();
  });
});
