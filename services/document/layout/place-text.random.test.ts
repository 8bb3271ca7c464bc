import { expect, test } from "vitest";
import { Refusal } from "../../domain/refusal.ts";
import { seededNumbers } from "../../domain/seeded.ts";
import { findGlyph, fontOf, loadFonts } from "../font/library.ts";
import { isMark } from "../font/missing-glyph.ts";
import type { TextStyle } from "../template.ts";
import { placeText } from "./place-text.ts";

const fonts = loadFonts();
const next = seededNumbers(20261127);
const below = (limit: number): number => Math.floor(next() * limit);
const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
const within = (first: number, last: number) => (): string => String.fromCodePoint(first + below(last - first + 1));

/** Kinds of characters in names: what fonts have, and what they have not. */
const COMMON = [within(0x4e00, 0x9fa5), within(0x4e00, 0x9fa5), within(0x41, 0x5a), within(0x61, 0x7a)];
const SETTABLE = [
  ...COMMON,
  within(0x30, 0x39),
  () => pick([..."·，。（）《》“”—…、 \n-.,'&"]),
  within(0x20000, 0x2a6d6),
];
const UNSETTABLE = [
  within(0x0f40, 0x0f69), // Tibetan 藏文
  within(0x0621, 0x064a), // Arabic letters, as in Uyghur 维吾尔文
  within(0x1820, 0x1842), // Mongolian 蒙古文
  within(0xa000, 0xa48c), // Yi 彝文
  within(0x300, 0x36f), // combining marks
  within(0xe0100, 0xe01ef), // variation selectors
  within(0x1f600, 0x1f64f), // emoji
  within(0x202a, 0x202e), // bidirectional controls
  within(0xe000, 0xf8ff), // private use
];

function randomText(kinds: readonly (() => string)[]): string {
  return Array.from({ length: 1 + below(pick([4, 20, 120])) }, () => pick(kinds)()).join("");
}

function randomStyle(): TextStyle {
  const size = 4 + below(40);
  return {
    box: [below(100), below(100), 2 + below(150), 2 + below(60)],
    size,
    minSize: Math.max(3, size - below(size)),
    wrap: next() < 0.6,
    align: pick(["left", "center", "right", "spread", "justify"]),
    valign: pick(["top", "middle", "bottom"]),
    font: pick(["regular", "bold"]),
    lineHeight: 1 + next(),
    spacing: next() < 0.3 ? next() : 0,
  };
}

/** Whatever is placed lies within its box, by the square that each character stands in. */
function expectInside(runs: ReturnType<typeof placeText>, { box: [x, y, width, height] }: TextStyle): void {
  for (const run of runs) {
    const font = fontOf(fonts, run.font);
    const chars = [...run.text];
    const advance = chars.reduce(
      (sum, char) => {
        return sum + (font.advanceOf(font.glyphOf(char.codePointAt(0) as number)) / font.unitsPerEm) * run.size;
      },
      run.spacing * (chars.length - 1),
    );
    expect(run.x).toBeGreaterThan(x - 0.01);
    expect(run.x + advance).toBeLessThan(x + width + 0.01);
    expect(run.y - 0.88 * run.size).toBeGreaterThan(y - 0.01);
    expect(run.y + 0.12 * run.size).toBeLessThan(y + height + 0.01);
  }
}

const visible = (text: string): string => text.replaceAll(/\s/g, "");

test("3,000 random texts in random boxes stay inside, whole and in order, or are refused by field", () => {
  let placed = 0;
  for (let i = 0; i < 3000; i++) {
    const style = randomStyle();
    const text = randomText(pick([COMMON, SETTABLE]));
    try {
      const runs = placeText({ text, style, field: "/data/name", bound: true }, fonts);
      expectInside(runs, style);
      expect(visible(runs.map((run) => run.text).join(""))).toBe(visible(text));
      placed++;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(error).toMatchObject({ reason: "DATA_INVALID", fields: [{ field: "/data/name" }] });
    }
  }
  expect(placed).toBeGreaterThan(1000);
});

test("1,000 texts with scripts, marks and signs that the fonts cannot set name the first such character", () => {
  for (let i = 0; i < 1000; i++) {
    const text = randomText(SETTABLE) + pick(UNSETTABLE)() + randomText([...SETTABLE, ...UNSETTABLE]);
    const lacking = [...text].find((char) => {
      const codePoint = char.codePointAt(0) as number;
      return !/\s/.test(char) && (isMark(codePoint) || findGlyph(fonts, "regular", codePoint) === undefined);
    });
    const code = (lacking?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    try {
      placeText({ text, style: { ...randomStyle(), font: "regular" }, field: "/data/name", bound: true }, fonts);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(error).toMatchObject({ reason: "GLYPH_MISSING", metadata: { codePoint: `U+${code}` } });
      expect(error.fields[0]?.description).toContain(`U+${code}`);
      expect(error.localized).toContain(`U+${code}`);
      continue;
    }
    throw new Error(`text ${JSON.stringify(text)} was set`);
  }
});
