import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { drawPictures, PICTURES } from "../../ops/docs/draw-pictures.ts";
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

/** Pixels that differ; all where the sizes do. */
function difference(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) return a.grey.length;
  return a.grey.filter((shade, index) => Math.abs(shade - (b.grey[index] as number)) > SHADES).length;
}
