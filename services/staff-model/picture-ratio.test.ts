import { expect, test } from "vitest";
import { readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { pictureRatio } from "./picture-ratio.ts";

test("a photo has the ratio of its place on the face; one that the face does not show is square", () => {
  const permit = readCatalogFiles().find(({ name }) => name === "居住证");
  const template = JSON.stringify(permit?.template);
  expect(pictureRatio(template, "照片")).toBeCloseTo(36 / 48);
  expect(pictureRatio(template, "别的")).toBe(1);
  expect(pictureRatio("", "照片")).toBe(1);
});
