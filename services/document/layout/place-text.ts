import { type Refusal, refuseField } from "../../domain/refusal.ts";
import type { FontLibrary } from "../font/library.ts";
import type { TextStyle } from "../template.ts";
import type { Line } from "./break-lines.ts";
import { linesAt, measure, mostThatFit, POINT, type SetChar } from "./measure.ts";
import type { PlacedText } from "./placed.ts";

/** Step in which a text shrinks, in points. */
const STEP = 0.25;
/** Where the baseline runs in the square of a Chinese character, from its top. */
const ASCENT = 0.88;

/** A text to place, and how refusals call it. */
export interface TextToPlace {
  text: string;
  style: TextStyle;
  /** Field or template element that refusals name. */
  field: string;
  /** The text comes from the message rather than from the template. */
  bound: boolean;
  /** How many of its characters come from the template all the same. Default 0. */
  label?: number;
  /** Data items that it shows. */
  sources?: readonly string[];
}

/**
 * Sets a text into its box: the largest size between `size` and `minSize` at which it fits, broken into lines if the style
 * says so. Nothing ever leaves the box: throws `DATA_INVALID` (template text: `INVALID_FIELD`) if the smallest size does
 * not fit, saying how many characters do, and `GLYPH_MISSING`, naming character and code point, if the fonts lack one. Each line is a run, or several where
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
  throw noRoom(item, chars, unitsPerEm);
}

/** Says how many characters there is room for, those of the template left out: what the caller can shorten is the rest. */
function noRoom(
  { style, field, bound, label = 0 }: TextToPlace,
  chars: readonly SetChar[],
  unitsPerEm: number,
): Refusal {
  const smallest = style.minSize ?? style.size;
  const most = Math.max(mostThatFit(chars, style, unitsPerEm) - label, 0);
  const has = chars.length - label;
  const description = `text of ${has} characters does not fit its place on the face, even at ${smallest} points: ${most} do`;
  const remedy = `shorten the text to ${most} characters`;
  const localized = `文字共${has}个字符，照面此处最多容纳${most}个，请缩短`;
  return refuseField(bound ? "DATA_INVALID" : "INVALID_FIELD", field, description, remedy, localized);
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
