import { refuseField } from "../../domain/refusal.ts";
import type { FontLibrary } from "../font/library.ts";
import { missingGlyph } from "../font/missing-glyph.ts";
import type { TrueTypeFont } from "../font/true-type.ts";
import type { TextStyle } from "../template.ts";
import type { Char, Line } from "./break-lines.ts";
import { breakLines } from "./break-lines.ts";
import type { PlacedText } from "./placed.ts";

/** mm per point (1/72 inch). */
const POINT = 25.4 / 72;
/** Step in which a text shrinks, in points. */
const STEP = 0.25;
/** Where the baseline runs in the square of a Chinese character, from its top. */
const ASCENT = 0.88;
/** Sums of decimals may exceed a box by this much, in mm. */
const SLACK = 0.001;
const SPACE = 0x20;

/** A text to place, and how refusals call it. */
export interface TextToPlace {
  text: string;
  style: TextStyle;
  /** Field or template element that refusals name. */
  field: string;
  /** The text comes from the message rather than from the template. */
  bound: boolean;
  /** Data items that it shows. */
  sources?: readonly string[];
}

/**
 * Sets a text into its box: the largest size between `size` and `minSize` at which it fits, broken into lines if the style
 * says so. Nothing ever leaves the box: throws `DATA_INVALID` (template text: `INVALID_FIELD`) if the smallest size does
 * not fit, and `GLYPH_MISSING`, naming character and code point, if the font lacks one.
 */
export function placeText(item: TextToPlace, fonts: FontLibrary): PlacedText[] {
  const { text, style } = item;
  if (text === "") return [];
  const font = fonts[style.font ?? "regular"];
  const chars = measure(text, font, style, item.field);
  const codePoints = chars.map((char) => char.codePoint);
  const smallest = style.minSize ?? style.size;
  for (let points = style.size; ; points = Math.max(points - STEP, smallest)) {
    const size = points * POINT;
    const lines = linesAt(chars, style, size, font.unitsPerEm);
    if (lines !== undefined) return place(item, codePoints, lines, size, font.unitsPerEm);
    if (points <= smallest) break;
  }
  throw refuseField(
    item.bound ? "DATA_INVALID" : "INVALID_FIELD",
    item.field,
    `text of ${chars.length} characters does not fit its place on the face, even at ${smallest} points`,
    "shorten the text",
  );
}

function measure(text: string, font: TrueTypeFont, style: TextStyle, field: string): Char[] {
  const spacing = (style.spacing ?? 0) * font.unitsPerEm;
  const wrap = style.wrap ?? false;
  const space = { codePoint: SPACE, advance: font.advanceOf(font.glyphOf(SPACE)) };
  return Array.from(text.replaceAll("\r\n", "\n"), (char) => {
    const codePoint = char.codePointAt(0) as number;
    if (char === "\n" && wrap) return { codePoint, advance: 0 };
    if (char === "\n" || char === "\t") return space;
    const glyph = font.glyphOf(codePoint);
    if (glyph === 0) throw missingGlyph(codePoint, field);
    return { codePoint, advance: font.advanceOf(glyph) + spacing };
  });
}

/** The lines at this size, or `undefined` if they do not fit the box. */
function linesAt(chars: readonly Char[], style: TextStyle, size: number, unitsPerEm: number): Line[] | undefined {
  const [, , width, height] = style.box;
  const limit = ((width + SLACK) / size) * unitsPerEm + (style.spacing ?? 0) * unitsPerEm;
  const all = chars.reduce((sum, char) => sum + char.advance, 0);
  const lines = style.wrap ? breakLines(chars, limit) : [{ start: 0, end: chars.length, width: all, last: true }];
  const needed = ((lines.length - 1) * (style.lineHeight ?? 1.4) + 1) * size;
  return needed <= height + SLACK && lines.every((line) => line.width <= limit) ? lines : undefined;
}

function place(
  { style, field, bound, sources }: TextToPlace,
  codePoints: readonly number[],
  lines: readonly Line[],
  size: number,
  unitsPerEm: number,
): PlacedText[] {
  const [left, top, width, height] = style.box;
  const pitch = (style.lineHeight ?? 1.4) * size;
  const free = height - ((lines.length - 1) * pitch + size);
  const first = top + ASCENT * size + free * (style.valign === "middle" ? 0.5 : style.valign === "bottom" ? 1 : 0);
  return lines.flatMap((line, index): PlacedText[] => {
    const count = line.end - line.start;
    if (count === 0) return [];
    const gap = (style.spacing ?? 0) * size;
    // The gap after the last character shows nothing, so it does not count.
    const rest = width - ((line.width / unitsPerEm) * size - gap);
    const stretched = count > 1 && (style.align === "spread" || (style.align === "justify" && !line.last));
    const shift = style.align === "center" ? rest / 2 : style.align === "right" ? rest : 0;
    return [
      {
        kind: "text",
        text: String.fromCodePoint(...codePoints.slice(line.start, line.end)),
        font: style.font ?? "regular",
        size,
        x: left + (stretched ? 0 : shift),
        y: first + index * pitch,
        spacing: stretched ? gap + Math.max(rest, 0) / (count - 1) : gap,
        color: style.color ?? "#000000",
        ...(bound && { field }),
        ...(sources !== undefined && { sources }),
      },
    ];
  });
}
