import type { FontLibrary, FontName } from "../font/library.ts";
import { breakLines } from "../layout/break-lines.ts";
import { measure, POINT } from "../layout/measure.ts";
import { placeText } from "../layout/place-text.ts";
import type { PlacedText } from "../layout/placed.ts";

/** How a text of a report is set. */
export interface Setting {
  font: FontName;
  /** Points. */
  size: number;
  align: "left" | "center" | "right" | "justify";
  /** Line distance as a multiple of the size. */
  lineHeight: number;
  color?: string;
}

/** A text cut into lines of a width, for whoever decides on which page each stands. */
export interface SetLines {
  lines: readonly { text: string; last: boolean }[];
  setting: Setting;
  width: number;
}

/** Distance of lines, mm. */
export function pitchOf({ size, lineHeight }: Setting): number {
  return size * POINT * lineHeight;
}

/** Breaks a text into lines of `width` mm. Throws `GLYPH_MISSING`, naming `field`, for characters that no font has. */
export function setLines(text: string, width: number, setting: Setting, field: string, fonts: FontLibrary): SetLines {
  const { font, size } = setting;
  const chars = measure(text, fonts, { box: [0, 0, width, 0], font, size, wrap: true }, field);
  const limit = (width / (size * POINT)) * fonts[font].unitsPerEm;
  const lines = breakLines(chars, limit).map(({ start, end, last }) => ({
    text: String.fromCodePoint(...chars.slice(start, end).map(({ codePoint }) => codePoint)),
    last,
  }));
  return { lines, setting, width };
}

/** Places one of these lines with its top at `y`. */
export function placeLine(
  { lines, setting, width }: SetLines,
  index: number,
  at: { x: number; y: number },
  fonts: FontLibrary,
): PlacedText[] {
  const line = lines[index];
  if (line === undefined || line.text === "") return [];
  const { font, size, color } = setting;
  const align = setting.align !== "justify" ? setting.align : line.last ? "left" : "spread";
  // A line was measured at this very width: a hundredth more takes up what sums of decimals leave.
  const box: [number, number, number, number] = [at.x, at.y, width + 0.01, pitchOf(setting)];
  const style = { box, font, size, align, valign: "middle", ...(color !== undefined && { color }) } as const;
  return placeText({ text: line.text, style, field: "report", bound: false }, fonts);
}
