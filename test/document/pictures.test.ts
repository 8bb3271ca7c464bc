import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { drawPictures, PICTURES } from "../../ops/docs/draw-pictures.ts";
import { MAP, withServicesPicture } from "../../ops/docs/services-picture.ts";
import { SERVICE_NAMES } from "../../services/host/services.ts";
import { type Pixels, readPixels } from "./pixels.ts";

/** Pixels that another release of mutool may draw otherwise, by more than {@link SHADES}: fewer than one character has. */
const MOST = 10;
const SHADES = 32;

test("the pictures of the template reference show the templates as they are", () => {
  const directory = mkdtempSync(join(tmpdir(), "ecert-pictures-test-"));
  try {
    const drawn = drawPictures(directory);
    expect(drawn.map((path) => basename(path)).sort()).toEqual(readdirSync(PICTURES).sort());
    for (const path of drawn) {
      const kept = readPixels(readFileSync(join(PICTURES, basename(path))));
      expect(
        difference(readPixels(readFileSync(path)), kept),
        `${basename(path)}: npm run pictures`,
      ).toBeLessThanOrEqual(MOST);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test("the map draws the services as their list has them", () => {
  const text = readFileSync(MAP, "utf8");
  expect(withServicesPicture(text), "npm run pictures").toBe(text);
});

test("the picture of README.md has every service in each core", () => {
  const text = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  for (const core of ["CITY", "PROV"]) {
    const [, drawn = ""] = new RegExp(`subgraph ${core}\\[.*\\n(.* --- .*)\\n`).exec(text) ?? [];
    const boxes = [...drawn.matchAll(/\w\d\["?(\w+)/g)].map(([, name]) => name);
    expect(boxes.sort(), core).toEqual([...SERVICE_NAMES].sort());
  }
});

/** Pixels that differ; all where the sizes do. */
function difference(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) return a.grey.length;
  return a.grey.filter((shade, index) => Math.abs(shade - (b.grey[index] as number)) > SHADES).length;
}
