import { expect, test } from "vitest";
import { createLateness } from "./heartbeat-lateness.ts";

test("a heartbeat is in time up to 15 s after the last one, and may be late by what is beyond", () => {
  const lateness = createLateness(1_000);
  expect([1_001, 16_001, 26_000, 60_000].map(lateness)).toEqual([0, 0, 0, 19_000]);
});

test("what came at once with a late one may be as late, and what comes later is judged anew", () => {
  const lateness = createLateness(0);
  expect([44_000, 44_001, 44_002, 54_002, 69_002].map(lateness)).toEqual([29_000, 28_999, 28_998, 18_998, 3_998]);
  expect(lateness(84_002)).toBe(0);
});
