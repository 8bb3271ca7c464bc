import { describe, expect, test } from "vitest";
import { emboldened } from "./embolden.ts";
import { loadFonts } from "./library.ts";
import { type Point, readContours } from "./outline.ts";

const font = loadFonts().rare[0]?.regular;
if (font === undefined) throw new Error("HanaMinB is not installed");
const bold = emboldened(font);

const contoursOf = (of: typeof bold, char: string): Point[][] =>
  readContours(of.glyphData(of.glyphOf(char.codePointAt(0) as number))) ?? [];
/** Twice the area; positive where what is filled lies to the right. */
const area = (points: readonly Point[]): number =>
  points.reduce((sum, { x, y }, i) => {
    const next = points[(i + 1) % points.length] as Point;
    return sum + next.x * y - x * next.y;
  }, 0);

describe("a bold made of one weight", () => {
  test("has broader strokes in the same places, and moves the next character no further", () => {
    for (const char of "𠮷𡈽𠀀𪚥𮧵") {
      const [plain, grown] = [contoursOf(font, char), contoursOf(bold, char)];
      expect(grown.length).toBe(plain.length);
      grown.forEach((points, i) => {
        expect(area(points)).toBeGreaterThan(area(plain[i] ?? []));
      });
      const glyph = font.glyphOf(char.codePointAt(0) as number);
      expect(bold.advanceOf(glyph)).toBe(font.advanceOf(glyph));
      expect(bold.bearingOf(glyph)).toBe(Math.min(...grown.flat().map(({ x }) => x)));
    }
  });

  test("moves no point further than the growth of a corner, in any of the characters", () => {
    const most = font.unitsPerEm * 0.08;
    for (let codePoint = 0x20000; codePoint <= 0x2a6d6; codePoint += 37) {
      const char = String.fromCodePoint(codePoint);
      const [plain, grown] = [contoursOf(font, char).flat(), contoursOf(bold, char).flat()];
      const box = (points: Point[]) => [
        Math.min(...points.map(({ x }) => x)),
        Math.min(...points.map(({ y }) => y)),
        -Math.max(...points.map(({ x }) => x)),
        -Math.max(...points.map(({ y }) => y)),
      ];
      box(plain).forEach((edge, i) => {
        const moved = edge - (box(grown)[i] as number);
        expect(moved, char).toBeGreaterThanOrEqual(0);
        expect(moved, char).toBeLessThan(most);
      });
    }
  });
});
