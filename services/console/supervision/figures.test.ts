import { expect, test } from "vitest";
import { countText, ranked, rateText } from "./figures.ts";

test("3.7, 3.8: a rate without a denominator is told as none, never as zero", () => {
  expect(rateText(undefined)).toBe("—");
  expect(rateText(0)).toBe("0.00%");
  expect(rateText(0.52476)).toBe("52.48%");
  expect(countText(1234567n)).toBe("1,234,567");
});

test("4.7: equal rates share a place, and who has none stands last without one", () => {
  const places = ranked([0.5, undefined, 0.9, 0.5, 0.1], (value) => value);
  expect(places.map(({ row, place }) => [row, place])).toEqual([
    [0.9, 1],
    [0.5, 2],
    [0.5, 2],
    [0.1, 4],
    [undefined, undefined],
  ]);
});
