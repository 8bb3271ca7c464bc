import { expect, test } from "vitest";
import { lostSeconds, rateOf } from "./paced.ts";

test("of an even pace that stood still for a second and a half, that much is lost", () => {
  const answered = Array.from({ length: 100 }, (_, turn) => turn * 100).filter((at) => at < 3_000 || at >= 4_500);
  expect(rateOf(answered, 0, 3_000)).toBe(10);
  expect(lostSeconds(answered, 3_000, 10_000, 10)).toBeCloseTo(1.5);
  expect(lostSeconds(answered, 5_000, 10_000, 10)).toBeCloseTo(0);
});
