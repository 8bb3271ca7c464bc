import { refuseField } from "../../domain/refusal.ts";
import type { FontLibrary, RunFont } from "../font/library.ts";
import { findGlyph } from "../font/library.ts";
import { isMark, missingGlyph } from "../font/missing-glyph.ts";
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
 * not fit, and `GLYPH_MISSING`, naming character and code point, if the fonts lack one. Each line is a run, or several where
 * characters come from fonts for rare ones.
 */
export function placeText(item: TextToPlace, fonts: FontLibrary): PlacedText[] {
  const { text, style } = item;
  if (text === "") return [];
  const { unitsPerEm } = fonts[style.font ?? "regular"];
  const chars = measure(text, fonts, style, item.field);
  const smallest = style.minSize ?? style.size;
  for (let points = style.size; ; points = Math.max(points - STEP, smallest)) {
    const size = points * POINT;
    const lines = linesAt(chars, style, size, unitsPerEm);
    if (lines !== undefined) return place(item, chars, lines, size, unitsPerEm);
    if (points <= smallest) break;
  }
  throw refuseField(
    item.bound ? "DATA_INVALID" : "INVALID_FIELD",
    item.field,
    `text of ${chars.length} characters does not fit its place on the face, even at ${smallest} points`,
    "shorten the text",
  );
}

/** A character and the font that it is set in; its advance is in units of the style's font, whatever its own has. */
interface SetChar extends Char {
  font: RunFont;
}

function measure(text: string, fonts: FontLibrary, style: TextStyle, field: string): SetChar[] {
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
  chars: readonly SetChar[],
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
    const extra = stretched ? Math.max(rest, 0) / (count - 1) : 0;
    let x = left + (stretched ? 0 : shift);
    return runsOf(chars.slice(line.start, line.end)).map((run) => {
      const placed: PlacedText = {
        kind: "text",
        text: String.fromCodePoint(...run.map(({ codePoint }) => codePoint)),
        font: run[0]?.font ?? "regular",
        size,
        x,
        y: first + index * pitch,
        spacing: gap + extra,
        color: style.color ?? "#000000",
        ...(bound && { field }),
        ...(sources !== undefined && { sources }),
      };
      x += run.reduce((sum, { advance }) => sum + (advance / unitsPerEm) * size + extra, 0);
      return placed;
    });
  });
}

/** A line cut where its font changes. */
function runsOf(chars: readonly SetChar[]): SetChar[][] {
  const runs: SetChar[][] = [];
  for (const char of chars) {
    const last = runs.at(-1);
    if (last !== undefined && last[0]?.font === char.font) last.push(char);
    else runs.push([char]);
  }
  return runs;
}
