import { type FontLibrary, findGlyph } from "../font/library.ts";
import { missingGlyph } from "../font/missing-glyph.ts";
import { glyphOutline } from "../font/outline.ts";
import type { PlacedPath } from "../layout/placed.ts";
import { joinPaths, mapPath } from "../path.ts";

/** Height of the characters, distance of the rows, and line width, in mm. */
const SIZE = 16;
const PITCH = 60;
const LINE = 0.2;
const ANGLE = -Math.PI / 6;
const MAX_LENGTH = 12;

/**
 * A word written slantwise all over a page, in outlines, so that what lies below can be read and nobody takes the page for
 * the real one. Throws `GLYPH_MISSING` for a character that the fonts lack; takes the first 12 characters.
 */
export function watermark(text: string, page: { width: number; height: number }, fonts: FontLibrary): PlacedPath {
  let x = 0;
  const glyphs = [...text].slice(0, MAX_LENGTH).map((char) => {
    const codePoint = char.codePointAt(0) as number;
    const found = findGlyph(fonts, "bold", codePoint);
    if (found === undefined) throw missingGlyph(codePoint, "watermark");
    const { font, glyph } = found;
    const scale = SIZE / font.unitsPerEm;
    const outline = mapPath(glyphOutline(font, glyph), [scale, 0, 0, -scale, x, 0]);
    x += font.advanceOf(glyph) * scale;
    return outline;
  });
  const word = joinPaths(glyphs);
  const [cos, sin] = [Math.cos(ANGLE), Math.sin(ANGLE)];
  const copies = [];
  for (let row = 0; row * PITCH < page.height; row++) {
    for (let column = 0; column * PITCH * 1.2 < page.width; column++) {
      const left = 10 + column * PITCH * 1.2 + (row % 2) * (PITCH / 2);
      copies.push(mapPath(word, [cos, sin, -sin, cos, left, (row + 0.7) * PITCH]));
    }
  }
  return { kind: "path", path: joinPaths(copies), stroke: "#D7000F", strokeWidth: LINE };
}
