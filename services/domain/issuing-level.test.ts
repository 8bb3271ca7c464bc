import { expect, test } from "vitest";
import { isIssuedAt } from "./issuing-level.ts";

test("4.3.3 an item is issued at the levels that it names, and at every level where it names none", () => {
  expect(["440000", "440100", "440106", "440106001", "440106001002"].map((one) => isIssuedAt([], one))).toEqual(
    Array(5).fill(true),
  );
  const counties = ["440000", "440100", "440106", "440106001"].map((one) => isIssuedAt(["city", "county"], one));
  expect(counties).toEqual([false, true, true, false]);
});

test("4.3.3 what towns issue is issued for their villages too", () => {
  expect(isIssuedAt(["township"], "440106001002")).toBe(true);
});
