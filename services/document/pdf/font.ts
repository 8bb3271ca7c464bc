import type { PDFContext, PDFRef } from "pdf-lib";
import { PDFName } from "pdf-lib";
import { sha256Hex } from "../../domain/canonical.ts";
import { packedSubset } from "../font/packed-subset.ts";
import type { FontSubset } from "../font/subset.ts";
import type { TrueTypeFont } from "../font/true-type.ts";
import { deflated, flateStream, literal } from "./objects.ts";

/** What stands around the characters of a ToUnicode map. */
export const CMAP_HEAD = `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
`;
/** What ends it. */
export const CMAP_TAIL = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend";

/** A font in a PDF: its Type 0 font object, and the code (two bytes) of each code point. */
export interface EmbeddedFont {
  ref: PDFRef;
  glyphs: ReadonlyMap<number, number>;
}

/**
 * Embeds the subset of a font as CIDFontType2 with Identity-H and a ToUnicode map, so that the text can be found and
 * copied. `level` is that of the compression.
 */
export function embedFont(
  context: PDFContext,
  font: TrueTypeFont,
  codePoints: Iterable<number>,
  level: number,
): EmbeddedFont {
  const subset = packedSubset(font, codePoints, level);
  const name = `${subsetTag(subset)}+${font.name}`;
  const perMille = (units: number): number => Math.round((units * 1000) / font.unitsPerEm);
  const file = context.register(flateStream(context, subset.zlib, { Length1: subset.bytes.length }));
  const descriptor = context.register(
    context.obj({
      Type: "FontDescriptor",
      FontName: PDFName.of(name),
      // Symbolic: the codes are glyph numbers of this font alone.
      Flags: 4,
      FontBBox: font.box.map(perMille),
      ItalicAngle: 0,
      Ascent: perMille(font.ascent),
      Descent: perMille(font.descent),
      CapHeight: perMille(font.capHeight),
      StemV: font.weight >= 600 ? 140 : 80,
      FontFile2: file,
    }),
  );
  const descendant = context.register(
    context.obj({
      Type: "Font",
      Subtype: "CIDFontType2",
      BaseFont: PDFName.of(name),
      CIDSystemInfo: literal("<</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"),
      FontDescriptor: descriptor,
      DW: 1000,
      W: literal(`[0 [${subset.advances.map(perMille).join(" ")}]]`),
      CIDToGIDMap: "Identity",
    }),
  );
  const ref = context.register(
    context.obj({
      Type: "Font",
      Subtype: "Type0",
      BaseFont: PDFName.of(name),
      Encoding: "Identity-H",
      DescendantFonts: [descendant],
      ToUnicode: context.register(deflated(context, toUnicode(subset.glyphs), {}, level)),
    }),
  );
  return { ref, glyphs: subset.glyphs };
}

/** Six letters that depend on the characters, as the file format asks for. */
function subsetTag(subset: FontSubset): string {
  const digest = sha256Hex([...subset.glyphs.keys()].join());
  return Array.from({ length: 6 }, (_, i) => {
    return String.fromCharCode(65 + (Number.parseInt(digest.slice(i * 2, i * 2 + 2), 16) % 26));
  }).join("");
}

/** At most 100 entries per block. */
const BLOCK = 100;

function toUnicode(glyphs: ReadonlyMap<number, number>): string {
  const hex = (value: number): string => value.toString(16).padStart(4, "0");
  const entries = [...glyphs].map(([codePoint, glyph]) => {
    const text = String.fromCodePoint(codePoint);
    return `<${hex(glyph)}> <${Array.from({ length: text.length }, (_, i) => hex(text.charCodeAt(i))).join("")}>`;
  });
  const blocks: string[] = [];
  for (let at = 0; at < entries.length; at += BLOCK) {
    const block = entries.slice(at, at + BLOCK);
    blocks.push(`${block.length} beginbfchar\n${block.join("\n")}\nendbfchar`);
  }
  return `${CMAP_HEAD}${blocks.join("\n")}\n${CMAP_TAIL}`;
}
