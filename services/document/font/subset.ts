import { writeNames, writePost } from "./subset-tables.ts";
import type { TrueTypeFont } from "./true-type.ts";

/** A subset of a font: a complete TrueType file, and the new glyph number of each code point in it. */
export interface FontSubset {
  bytes: Buffer;
  /** Code point → glyph in the subset. */
  glyphs: ReadonlyMap<number, number>;
  /** Advance widths by new glyph number, in font units. */
  advances: number[];
}

const NOTHING = Buffer.alloc(0);
const COMPOSITE = { wordArguments: 0x1, scale: 0x8, more: 0x20, scaleXY: 0x40, matrix: 0x80, instructions: 0x100 };

/** Options of {@link subsetFont}. */
export interface SubsetOptions {
  /** Adds the tables that programs ask of a font file that stands by itself: names, metrics and an empty `post`. */
  standalone?: boolean;
}

/**
 * Makes a subset with the given code points, `.notdef` first, glyphs in the order of the whole font, so the result does
 * not depend on the order of the text. Always writes the long `loca` form: with the short form, glyphs of odd length
 * vanish without a word. Hinting is dropped. Throws an `Error` if the font lacks one of the code points.
 */
export function subsetFont(
  font: TrueTypeFont,
  codePoints: Iterable<number>,
  { standalone = false }: SubsetOptions = {},
): FontSubset {
  const glyphOf = new Map<number, number>();
  const used = new Set<number>([0]);
  for (const codePoint of [...new Set(codePoints)].sort((a, b) => a - b)) {
    const glyph = font.glyphOf(codePoint);
    if (glyph === 0) throw new Error(`font ${font.name} has no glyph for U+${codePoint.toString(16)}`);
    glyphOf.set(codePoint, glyph);
    used.add(glyph);
  }
  // A set grows while it is walked, so components of components are found as well.
  for (const glyph of used) for (const part of componentsOf(font.glyphData(glyph))) used.add(part.glyph);
  const ordered = [...used].sort((a, b) => a - b);
  const renumbered = new Map(ordered.map((glyph, index) => [glyph, index]));
  const glyphs = new Map([...glyphOf].map(([codePoint, glyph]) => [codePoint, renumbered.get(glyph) as number]));
  return {
    bytes: assemble(font, ordered, renumbered, glyphs, standalone),
    glyphs,
    advances: ordered.map((glyph) => font.advanceOf(glyph)),
  };
}

function assemble(
  font: TrueTypeFont,
  ordered: number[],
  renumbered: ReadonlyMap<number, number>,
  glyphs: ReadonlyMap<number, number>,
  standalone: boolean,
): Buffer {
  // All characters of a text are in its subset. What a reader still takes for missing are halves of surrogate pairs, which must
  // not show (see `ofd/page-objects.ts`): so `.notdef` is blank where there may be some.
  const halved = [...glyphs.keys()].some((codePoint) => codePoint > 0xffff);
  const entries = ordered.map((glyph) =>
    glyph === 0 && halved ? NOTHING : copyGlyph(font.glyphData(glyph), renumbered),
  );
  const loca = Buffer.alloc((ordered.length + 1) * 4);
  const hmtx = Buffer.alloc(ordered.length * 4);
  let end = 0;
  ordered.forEach((glyph, index) => {
    hmtx.writeUInt16BE(font.advanceOf(glyph), index * 4);
    hmtx.writeInt16BE(font.bearingOf(glyph), index * 4 + 2);
    end += (entries[index] as Buffer).length;
    loca.writeUInt32BE(end, (index + 1) * 4);
  });
  const head = Buffer.from(font.table("head"));
  head.writeUInt32BE(0, 8);
  const hhea = Buffer.from(font.table("hhea"));
  hhea.writeUInt16BE(ordered.length, 34);
  const maxp = Buffer.from(font.table("maxp"));
  maxp.writeUInt16BE(ordered.length, 4);
  const tables: [string, Buffer][] = [
    ["cmap", writeCmap(glyphs)],
    ["glyf", Buffer.concat(entries)],
    ["head", head],
    ["hhea", hhea],
    ["hmtx", hmtx],
    ["loca", loca],
    ["maxp", maxp],
  ];
  if (!standalone) return writeFile(tables);
  // Sorted by tag, capitals first, as the file format asks for.
  return writeFile([["OS/2", font.table("OS/2")], ...tables, ["name", writeNames(font.name)], ["post", writePost()]]);
}

interface Component {
  /** Offset of the component's flags in the entry. */
  at: number;
  flags: number;
  glyph: number;
}

function componentsOf(entry: Buffer): Component[] {
  const components: Component[] = [];
  if (entry.length === 0 || entry.readInt16BE(0) >= 0) return components;
  for (let at = 10, more = true; more; ) {
    const flags = entry.readUInt16BE(at);
    components.push({ at, flags, glyph: entry.readUInt16BE(at + 2) });
    at += 4 + (flags & COMPOSITE.wordArguments ? 4 : 2);
    at += flags & COMPOSITE.scale ? 2 : flags & COMPOSITE.scaleXY ? 4 : flags & COMPOSITE.matrix ? 8 : 0;
    more = (flags & COMPOSITE.more) !== 0;
  }
  return components;
}

/** Copies an entry without instructions, its components renumbered, padded to a multiple of 4. */
function copyGlyph(entry: Buffer, renumbered: ReadonlyMap<number, number>): Buffer {
  if (entry.length === 0) return entry;
  const contours = entry.readInt16BE(0);
  if (contours >= 0) {
    const at = 10 + contours * 2;
    const instructions = entry.readUInt16BE(at);
    const copy = Buffer.alloc((entry.length - instructions + 3) & ~3);
    entry.copy(copy, 0, 0, at);
    entry.copy(copy, at + 2, at + 2 + instructions);
    return copy;
  }
  const copy = Buffer.alloc((entry.length + 3) & ~3);
  entry.copy(copy);
  for (const { at, flags, glyph } of componentsOf(entry)) {
    copy.writeUInt16BE(flags & ~COMPOSITE.instructions, at);
    copy.writeUInt16BE(renumbered.get(glyph) as number, at + 2);
  }
  return copy;
}

/** A `cmap` with one format 12 subtable, a group per code point. */
function writeCmap(glyphs: ReadonlyMap<number, number>): Buffer {
  const cmap = Buffer.alloc(12 + 16 + glyphs.size * 12);
  cmap.writeUInt16BE(1, 2);
  cmap.writeUInt16BE(3, 4);
  cmap.writeUInt16BE(10, 6);
  cmap.writeUInt32BE(12, 8);
  cmap.writeUInt16BE(12, 12);
  cmap.writeUInt32BE(16 + glyphs.size * 12, 16);
  cmap.writeUInt32BE(glyphs.size, 24);
  let at = 28;
  for (const [codePoint, glyph] of glyphs) {
    cmap.writeUInt32BE(codePoint, at);
    cmap.writeUInt32BE(codePoint, at + 4);
    cmap.writeUInt32BE(glyph, at + 8);
    at += 12;
  }
  return cmap;
}

function writeFile(tables: [string, Buffer][]): Buffer {
  const directory = 12 + tables.length * 16;
  const size = tables.reduce((sum, [, table]) => sum + ((table.length + 3) & ~3), directory);
  const file = Buffer.alloc(size);
  const power = 2 ** Math.floor(Math.log2(tables.length));
  file.writeUInt32BE(0x00010000, 0);
  file.writeUInt16BE(tables.length, 4);
  file.writeUInt16BE(power * 16, 6);
  file.writeUInt16BE(Math.log2(power), 8);
  file.writeUInt16BE(tables.length * 16 - power * 16, 10);
  let offset = directory;
  let headAt = 0;
  let sum = 0;
  tables.forEach(([tag, table], index) => {
    if (tag === "head") headAt = offset;
    table.copy(file, offset);
    const padded = (table.length + 3) & ~3;
    const entry = 12 + index * 16;
    file.write(tag, entry, "latin1");
    const own = checksum(file, offset, offset + padded);
    sum += own;
    file.writeUInt32BE(own, entry + 4);
    file.writeUInt32BE(offset, entry + 8);
    file.writeUInt32BE(table.length, entry + 12);
    offset += padded;
  });
  // Sums of words add up: the tables need not be gone through again.
  file.writeUInt32BE((0xb1b0afba - sum - checksum(file, 0, directory)) >>> 0, headAt + 8);
  return file;
}

function checksum(bytes: Buffer, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}
