import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { emboldened } from "./embolden.ts";
import type { FontFile } from "./font-file.ts";
import { isRareFontThere, RARE_FONT, readFontFile } from "./font-file.ts";
import type { TrueTypeFont } from "./true-type.ts";
import { readTrueType } from "./true-type.ts";

/** The weights in which a face may set text. */
export type FontName = "regular" | "bold";

/** The font of a run of text: a weight, or a weight of one of the fonts for rare characters. */
export type RunFont = FontName | `rare${number}-${FontName}`;

/** The fonts of a process. */
export interface FontLibrary extends Readonly<Record<FontName, TrueTypeFont>> {
  /**
   * Fonts for Chinese characters that the weights lack, asked in this order. Read from disk when first asked. Their bold is made
   * of their one weight.
   */
  readonly rare: readonly Readonly<Record<FontName, TrueTypeFont>>[];
}

/** A character in the font that has it. */
export interface FoundGlyph {
  name: RunFont;
  font: TrueTypeFont;
  glyph: number;
}

const FILES: Readonly<Record<FontName, string>> = {
  regular: "400Regular/NotoSerifSC_400Regular.ttf",
  bold: "700Bold/NotoSerifSC_700Bold.ttf",
};

const packaged = new Map<FontName, TrueTypeFont>();
const libraries = new Map<string, FontLibrary>();

/**
 * Noto Serif SC (OFL), read from its package at the first call and kept for the process: 2 × 15 MB, about 20 ms; and fonts for
 * rare characters, by default HanaMinB where it is installed. Throws `INVALID_FIELD` when a font that was asked for by file
 * is needed and cannot be read.
 */
export function loadFonts(files?: readonly FontFile[]): FontLibrary {
  const key = JSON.stringify(files ?? "default");
  const known = libraries.get(key);
  if (known !== undefined) return known;
  let rare: Record<FontName, TrueTypeFont>[] | undefined;
  const library: FontLibrary = {
    regular: load("regular"),
    bold: load("bold"),
    // Most certificates have no rare character, and the fonts are large.
    get rare() {
      rare ??= (files ?? (isRareFontThere() ? [RARE_FONT] : [])).map((file) => {
        const regular = readFontFile(file);
        return { regular, bold: emboldened(regular) };
      });
      return rare;
    },
  };
  libraries.set(key, library);
  return library;
}

/** The font of a run. */
export function fontOf(fonts: FontLibrary, name: RunFont): TrueTypeFont {
  if (name === "regular" || name === "bold") return fonts[name];
  const [, index, weight] = /^rare(\d+)-(regular|bold)$/.exec(name) ?? [];
  const font = fonts.rare[Number(index)]?.[weight as FontName];
  if (font === undefined) throw new Error(`there is no font ${name}`);
  return font;
}

/**
 * Finds a character in a weight, or, if it is a Chinese one, in the fonts for rare characters: other scripts would need
 * shaping. `undefined` where no font has it.
 */
export function findGlyph(fonts: FontLibrary, name: FontName, codePoint: number): FoundGlyph | undefined {
  const glyph = fonts[name].glyphOf(codePoint);
  if (glyph !== 0) return { name, font: fonts[name], glyph };
  if (!/\p{Script=Han}/u.test(String.fromCodePoint(codePoint))) return undefined;
  for (const [index, weights] of fonts.rare.entries()) {
    const font = weights[name];
    const found = font.glyphOf(codePoint);
    if (found !== 0) return { name: `rare${index}-${name}`, font, glyph: found };
  }
  return undefined;
}

function load(name: FontName): TrueTypeFont {
  const require = createRequire(import.meta.url);
  const font =
    packaged.get(name) ??
    readTrueType(readFileSync(require.resolve(`@expo-google-fonts/noto-serif-sc/${FILES[name]}`)));
  packaged.set(name, font);
  return font;
}
