import { expect, test } from "vitest";
import { countText, rateText } from "./figures.ts";

test("3.7, 3.8: a rate without a denominator is told as none, never as zero", () => {
  expect(rateText(undefined)).toBe("—");
  expect(rateText(0)).toBe("0.00%");
  expect(rateText(0.52476)).toBe("52.48%");
  expect(countText(1234567n)).toBe("1,234,567");
});
