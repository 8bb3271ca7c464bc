import { rawDeflate } from "../compress.ts";
import { LiteralReader } from "../deflate/literal-reader.ts";
import { FONT_TABLE_CODES } from "../deflate/trained.ts";
import { joinerOf } from "../font/join-subset.ts";
import { type FontName, loadFonts } from "../font/library.ts";

/** A font subset as what it is made of: kept instead of its octets. */
export interface GlyphRun {
  /** Place of the font in {@link RECIPE_FONTS}. */
  font: number;
  /** A zlib stream, or bare deflate data. */
  zlib: boolean;
  /** Sorted, none twice. */
  codePoints: Uint32Array;
}

/**
 * The fonts of which subsets are made anew, by their place in recipes of versions 1 and 2. Files that are kept so depend on these very fonts for ever: a
 * newer one gets another place, and the old one stays. Fonts that hosts bring themselves are not among them; their subsets are kept as they are.
 */
export const RECIPE_FONTS: readonly { name: FontName; sha256: string }[] = [
  { name: "regular", sha256: "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742" },
  { name: "bold", sha256: "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6" },
];

/** Octets of a subset that have its directory, and the head of its `cmap`. */
const FRONT = 300;
const CMAP_HEAD = 28;
const GROUP = 12;
const reader = new LiteralReader(FONT_TABLE_CODES);

/** Reads of which characters of which font a subset is. `undefined` where it is none of ours. */
export function readGlyphRun(packed: Uint8Array, zlib: boolean): GlyphRun | undefined {
  const raw = zlib ? packed.subarray(2, -4) : packed;
  const font = last.findIndex((known) => known !== undefined && Buffer.compare(rawDeflate(known.packed), raw) === 0);
  if (font >= 0) return { font, zlib, codePoints: (last[font] as Made).codePoints };
  return readTables(raw, zlib);
}

/** The octets of a subset, as drawing 2 writes them: a view, until the next one of this font. Throws an `Error` if the font lacks a character. */
export function writeGlyphRun({ font, zlib, codePoints }: GlyphRun): Buffer {
  const named = RECIPE_FONTS[font];
  if (named === undefined) throw new Error(`recipes have no font ${font}`);
  const known = last[font];
  if (known !== undefined && Buffer.compare(octets(known.codePoints), octets(codePoints)) === 0)
    return zlib ? known.packed : rawDeflate(known.packed);
  const made = joinerOf(loadFonts()[named.name]).pack(codePoints);
  const room = known !== undefined && known.room.length >= made.length ? known.room : Buffer.alloc(2 * made.length);
  const packed = room.subarray(0, made.copy(room));
  last[font] = { codePoints, packed, room };
  return zlib ? packed : rawDeflate(packed);
}

/** PDF and OFD of one certificate embed the same subset, one comes after the other, and each is compared before it is kept. */
const last: (Made | undefined)[] = RECIPE_FONTS.map(() => undefined);

interface Made {
  codePoints: Uint32Array;
  packed: Buffer;
  /** What `packed` lies in, for the next one. */
  room: Buffer;
}

const octets = (words: Uint32Array) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

function readTables(raw: Uint8Array, zlib: boolean): GlyphRun | undefined {
  const front = reader.read(raw, FRONT);
  if (front.length < FRONT) return undefined;
  const tables = new Map<string, { at: number; length: number }>();
  for (let entry = 12; entry < 12 + 16 * front.readUInt16BE(4) && entry + 16 <= FRONT; entry += 16)
    tables.set(front.toString("latin1", entry, entry + 4), {
      at: front.readUInt32BE(entry + 8),
      length: front.readUInt32BE(entry + 12),
    });
  const [os2, cmap] = [tables.get("OS/2"), tables.get("cmap")];
  if (os2 === undefined || cmap === undefined || cmap.length < CMAP_HEAD || cmap.at + cmap.length > 4 * raw.length)
    return undefined;
  const fonts = loadFonts();
  const metrics = front.subarray(os2.at, os2.at + os2.length);
  const font = RECIPE_FONTS.findIndex(({ name }) => fonts[name].table("OS/2").equals(metrics));
  const file = reader.read(raw, cmap.at + cmap.length);
  if (font < 0 || file.length < cmap.at + cmap.length) return undefined;
  const codePoints = new Uint32Array((cmap.length - CMAP_HEAD) / GROUP);
  for (let i = 0; i < codePoints.length; i++) codePoints[i] = file.readUInt32BE(cmap.at + CMAP_HEAD + i * GROUP);
  return { font, zlib, codePoints };
}
