import type { PDFContext, PDFRef } from "pdf-lib";
import { type FontLibrary, fontOf, type RunFont } from "../font/library.ts";
import type { Placed } from "../layout/placed.ts";
import { codePointsByFont } from "../layout/used-characters.ts";
import { fontResource } from "./content.ts";
import { embedFont } from "./font.ts";

/** Fonts of a drawing: what its content stream needs of them. */
export interface FontSet {
  glyphs: Map<RunFont, ReadonlyMap<number, number>>;
  resources: Record<string, PDFRef>;
}

/** Embeds the subsets of fonts that texts need. `level` is that of the compression. */
export function embedFonts(context: PDFContext, placed: readonly Placed[], fonts: FontLibrary, level: number): FontSet {
  const set: FontSet = { glyphs: new Map(), resources: {} };
  for (const [name, codePoints] of codePointsByFont(placed)) {
    const embedded = embedFont(context, fontOf(fonts, name), codePoints, level);
    set.glyphs.set(name, embedded.glyphs);
    set.resources[fontResource(name)] = embedded.ref;
  }
  return set;
}
