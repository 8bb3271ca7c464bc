import { expect, test } from "vitest";
import { moved, sectionOf, wholeCrop, zoomed } from "./crop.ts";

const photo = { width: 4_000, height: 3_000 };

test("at first as much of a photo is taken as the ratio allows, from its middle", () => {
  expect(sectionOf(wholeCrop(photo, 0.75))).toEqual({ x: 875, y: 0, width: 2_250, height: 3_000 });
  expect(sectionOf(wholeCrop(photo, 2))).toEqual({ x: 0, y: 500, width: 4_000, height: 2_000 });
});

test("what is taken keeps its ratio and stays within the photo, however it is moved and zoomed", () => {
  const crop = zoomed(wholeCrop(photo, 0.75), 2);
  expect(sectionOf(crop)).toEqual({ x: 1_437.5, y: 750, width: 1_125, height: 1_500 });
  expect(sectionOf(moved(crop, -9, -9))).toMatchObject({ x: 0, y: 0 });
  expect(sectionOf(zoomed(moved(crop, 9, 9), 1))).toEqual({ x: 1_750, y: 0, width: 2_250, height: 3_000 });
  expect(zoomed(crop, 99).zoom).toBe(4);
  expect(zoomed(crop, 0).zoom).toBe(1);
});
