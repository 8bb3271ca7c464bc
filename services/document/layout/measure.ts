import type { FontLibrary, RunFont } from "../font/library.ts";
import { findGlyph } from "../font/library.ts";
import { isMark, missingGlyph } from "../font/missing-glyph.ts";
import type { TextStyle } from "../template.ts";
import type { Char, Line } from "./break-lines.ts";
import { breakLines } from "./break-lines.ts";

/** mm per point (1/72 inch). */
export const POINT = 25.4 / 72;
/** Sums of decimals may exceed a box by this much, in mm. */
const SLACK = 0.001;
const SPACE = 0x20;

/** A character and the font that it is set in; its advance is in units of the style's font, whatever its own has. */
export interface SetChar extends Char {
  font: RunFont;
}

/** The characters of a text as a style sets them. Throws `GLYPH_MISSING`, naming `field`, for what no font has. */
export function measure(text: string, fonts: FontLibrary, style: TextStyle, field: string): SetChar[] {
  const name = style.font ?? "regular";
  const font = fonts[name];
  const spacing = (style.spacing ?? 0) * font.unitsPerEm;
  const wrap = style.wrap ?? false;
  const space = { codePoint: SPACE, advance: font.advanceOf(font.glyphOf(SPACE)) + spacing, font: name };
  let before: number | undefined;
  return Array.from(text.replaceAll("\r\n", "\n"), (char) => {
    const codePoint = char.codePointAt(0) as number;
    if (char === "\n" && wrap) return { codePoint, advance: 0, font: name };
    if (char === "\n" || char === "\t") return space;
    const found = isMark(codePoint) ? undefined : findGlyph(fonts, name, codePoint);
    if (found === undefined) throw missingGlyph(codePoint, field, before);
    before = codePoint;
    const advance = (found.font.advanceOf(found.glyph) * font.unitsPerEm) / found.font.unitsPerEm;
    return { codePoint, advance: advance + spacing, font: found.name };
  });
}

/** The lines at this size (mm), or `undefined` if they do not fit the box. */
export function linesAt(
  chars: readonly Char[],
  style: TextStyle,
  size: number,
  unitsPerEm: number,
): Line[] | undefined {
  const [, , width, height] = style.box;
  const limit = ((width + SLACK) / size) * unitsPerEm + (style.spacing ?? 0) * unitsPerEm;
  const all = chars.reduce((sum, char) => sum + char.advance, 0);
  const lines = style.wrap ? breakLines(chars, limit) : [{ start: 0, end: chars.length, width: all, last: true }];
  const needed = ((lines.length - 1) * (style.lineHeight ?? 1.4) + 1) * size;
  return needed <= height + SLACK && lines.every((line) => line.width <= limit) ? lines : undefined;
}

/**
 * How many of these characters, from the first on, a box holds at the smallest size of its style; all of them, if they fit. `spare`: room
 * that each line of several is to keep, in characters, for marks that may not begin or end a line.
 */
export function mostThatFit(chars: readonly Char[], style: TextStyle, unitsPerEm: number, spare = 0): number {
  const size = (style.minSize ?? style.size) * POINT;
  const [x, y, width, height] = style.box;
  const narrower: TextStyle = { ...style, box: [x, y, Math.max(width - spare * size, size), height] };
  const holds = (count: number): boolean => {
    const some = chars.slice(0, count);
    const lines = linesAt(some, style, size, unitsPerEm);
    if (lines === undefined || lines.length < 2 || spare === 0) return lines !== undefined;
    return linesAt(some, narrower, size, unitsPerEm) !== undefined;
  };
  if (holds(chars.length)) return chars.length;
  let [good, bad] = [0, chars.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
