import { expect, test } from "vitest";
import { leastDifference, middleDifference } from "./clock-difference.ts";

const told = (...ms: number[]) => ms.map((one) => ({ ms: one, uncertainty: 0 }));

test("the middle one of an odd number counts, of an even number the one farther off of the middle two", () => {
  expect(middleDifference(told(7))).toBe(7);
  expect(middleDifference(told(-100, 1, 100))).toBe(1);
  expect(middleDifference(told(0, 1, 50, 90))).toBe(50);
  expect(middleDifference(told(-50, 0))).toBe(-50);
});

test("for who believes any of them, the least counts", () => {
  expect(leastDifference(told(-100, 3, 100))).toBe(3);
  expect(leastDifference([{ ms: -100, uncertainty: 200 }])).toBeCloseTo(0);
});
