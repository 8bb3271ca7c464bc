import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { TrueTypeFont } from "./true-type.ts";
import { readTrueType } from "./true-type.ts";

/** The weights in which a face may set text. */
export type FontName = "regular" | "bold";

/** The fonts of a process. */
export type FontLibrary = Readonly<Record<FontName, TrueTypeFont>>;

const FILES: Readonly<Record<FontName, string>> = {
  regular: "400Regular/NotoSerifSC_400Regular.ttf",
  bold: "700Bold/NotoSerifSC_700Bold.ttf",
};

let library: FontLibrary | undefined;

/** Noto Serif SC (OFL), read from its package at the first call and kept for the process: 2 × 15 MB, about 20 ms. */
export function loadFonts(): FontLibrary {
  library ??= { regular: load("regular"), bold: load("bold") };
  return library;
}

function load(name: FontName): TrueTypeFont {
  const require = createRequire(import.meta.url);
  return readTrueType(readFileSync(require.resolve(`@expo-google-fonts/noto-serif-sc/${FILES[name]}`)));
}
