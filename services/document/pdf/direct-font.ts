import { hash } from "node:crypto";
import { phrase, type TextStream } from "../deflate/text-stream.ts";
import type { UsedFont } from "../drawing.ts";
import type { TrueTypeFont } from "../font/true-type.ts";
import { CMAP_HEAD, CMAP_TAIL } from "./font.ts";
import type { ObjectWriter } from "./object-writer.ts";

/** What the dictionaries of a font say whatever its subset. */
const described = new WeakMap<TrueTypeFont, string>();

/**
 * Writes the subset of a font as CIDFontType2 with Identity-H and a ToUnicode map, so that text can be found and copied. Takes five
 * numbers from `first` on; the last of them is the font's.
 */
export function writeFont(writer: ObjectWriter, stream: TextStream, used: UsedFont, first: number): number {
  const { font, subset } = used;
  const name = `${subsetTag(subset.codePoints)}+${font.name}`;
  const [file, descriptor, descendant, unicode, type0] = [first, first + 1, first + 2, first + 3, first + 4];
  writer.stream(file, `/Length1 ${subset.bytes.length} /Filter /FlateDecode`, subset.zlib);
  writer.object(
    descriptor,
    `<</Type /FontDescriptor /FontName /${name} ${descriptionOf(font)} /FontFile2 ${file} 0 R>>`,
  );
  const system = "<</Registry (Adobe) /Ordering (Identity) /Supplement 0>>";
  writer.object(
    descendant,
    `<</Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo ${system} /FontDescriptor ${descriptor} 0 R /DW 1000 /W [${widthsOf(used)}] /CIDToGIDMap /Identity>>`,
  );
  writer.stream(unicode, "/Filter /FlateDecode", toUnicode(stream, subset.codePoints));
  writer.object(
    type0,
    `<</Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [${descendant} 0 R] /ToUnicode ${unicode} 0 R>>`,
  );
  return type0;
}

function descriptionOf(font: TrueTypeFont): string {
  const known = described.get(font);
  if (known !== undefined) return known;
  const perMille = (units: number): number => Math.round((units * 1000) / font.unitsPerEm);
  // Symbolic (4): the codes are glyph numbers of this font alone.
  const made = `/Flags 4 /FontBBox [${font.box.map(perMille).join(" ")}] /ItalicAngle 0 /Ascent ${perMille(font.ascent)} /Descent ${perMille(font.descent)} /CapHeight ${perMille(font.capHeight)} /StemV ${font.weight >= 600 ? 140 : 80}`;
  described.set(font, made);
  return made;
}

/** Six letters that depend on the characters, as the file format asks for. */
function subsetTag(codePoints: Uint32Array): string {
  const digest = hash(
    "sha256",
    new Uint8Array(codePoints.buffer, codePoints.byteOffset, codePoints.byteLength),
    "buffer",
  );
  return String.fromCharCode(...Array.from(digest.subarray(0, 6), (octet) => 65 + (octet % 26)));
}

/** Widths that are not 1000, in runs. */
function widthsOf({ font, subset }: UsedFont): string {
  const { advances } = subset;
  const width = (at: number): number => Math.round(((advances[at] as number) * 1000) / font.unitsPerEm);
  let text = "";
  for (let at = 0; at < advances.length; ) {
    if (width(at) === 1000) {
      at++;
      continue;
    }
    const from = at;
    const run: number[] = [];
    while (at < advances.length && width(at) !== 1000) run.push(width(at++));
    text += `${text === "" ? "" : " "}${from} [${run.join(" ")}]`;
  }
  return text;
}

const BETWEEN = phrase("> <");
const LIST = phrase("> [<");
const ENDED = phrase(">]\n");
const BEGIN = phrase(" beginbfrange\n");
const END = phrase("endbfrange\n");
const HEAD = Buffer.from(CMAP_HEAD);
const TAIL = Buffer.from(CMAP_TAIL);

/** At most so many ranges in a block, and characters in a range, of which none goes over a change of the first octet. */
const MOST = 100;

function toUnicode(stream: TextStream, codePoints: Uint32Array): Uint8Array {
  const ranges: [number, number][] = [];
  for (let from = 0; from < codePoints.length; ) {
    const to = Math.min(codePoints.length, from + MOST, (from + 1) | 0xff);
    ranges.push([from, Math.max(to, from + 1)]);
    from = Math.max(to, from + 1);
  }
  stream.begin(true);
  stream.octets(HEAD);
  for (let at = 0; at < ranges.length; at += MOST) {
    const block = ranges.slice(at, at + MOST);
    stream.latin(String(block.length));
    stream.phrase(BEGIN);
    for (const [from, to] of block) {
      stream.latin("<");
      stream.hex(from + 1);
      stream.phrase(BETWEEN);
      stream.hex(to);
      stream.phrase(LIST);
      for (let i = from; i < to; i++) {
        if (i > from) stream.latin("><");
        writeUtf16(stream, codePoints[i] as number);
      }
      stream.phrase(ENDED);
    }
    stream.phrase(END);
  }
  stream.octets(TAIL);
  return stream.end().packed;
}

function writeUtf16(stream: TextStream, codePoint: number): void {
  if (codePoint < 0x10000) {
    stream.hex(codePoint);
    return;
  }
  const rest = codePoint - 0x10000;
  stream.hex(0xd800 + (rest >> 10));
  stream.hex(0xdc00 + (rest & 0x3ff));
}
