import { type Adler, adlerJoined, adlerOf } from "../deflate/adler.ts";
import { BitSink } from "../deflate/bit-sink.ts";
import { beginZlib, endZlib, FixedCoder } from "../deflate/fixed-coder.ts";
import { FONT_TABLE_CODES } from "../deflate/trained.ts";
import { GlyphStore, type StoredGlyph } from "./glyph-store.ts";
import { type SharedTables, sharedTables } from "./subset-tables.ts";
import type { TrueTypeFont } from "./true-type.ts";

/** A subset of a font that was joined out of coded glyphs. Glyph `n + 1` is that of the character `n`. */
export interface JoinedSubset {
  /** Code points, each once, in their order. */
  codePoints: Uint32Array;
  /** The TrueType file. */
  bytes: Buffer;
  /** It as a zlib stream (RFC 1950). */
  zlib: Buffer;
  /** Advance widths by glyph, in font units. */
  advances: Uint16Array;
}

const TAGS = ["OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"] as const;
type Tag = (typeof TAGS)[number];
const DIRECTORY = 12 + TAGS.length * 16;
const CMAP_HEAD = 28;
/** Octets of each group of `cmap`. */
const GROUP = 12;

/** Puts subsets of one font together: nothing is compressed that was not compressed before, but for the small tables. */
export class SubsetJoiner {
  readonly #store: GlyphStore;
  readonly #shared: SharedTables;
  readonly #sink = new BitSink(1 << 17);

  constructor(font: TrueTypeFont) {
    this.#store = new GlyphStore(font);
    this.#shared = sharedTables(font);
  }

  /** `codePoints`: sorted, none twice. Throws an `Error` if the font lacks one. The same characters give the same octets. */
  join(codePoints: Uint32Array): JoinedSubset {
    const glyphs = this.#glyphsOf(codePoints);
    const layout = place(this.#shared, glyphs);
    const bytes = Buffer.allocUnsafe(layout.size);
    const glyf = writeTables(bytes, layout, this.#shared, codePoints, glyphs);
    const zlib = Buffer.from(this.#coded(bytes, layout.at.glyf, glyphs, glyf));
    return { codePoints, bytes, zlib, advances: Uint16Array.from(glyphs, ({ advance }) => advance) };
  }

  /** The zlib stream of {@link join} alone, without writing the glyphs that are in it: a view, until the next subset. */
  pack(codePoints: Uint32Array): Buffer {
    const glyphs = this.#glyphsOf(codePoints);
    const layout = place(this.#shared, glyphs);
    const bytes = Buffer.allocUnsafe(layout.at.glyf);
    const glyf = writeTables(bytes, layout, this.#shared, codePoints, glyphs);
    return this.#coded(bytes, layout.at.glyf, glyphs, glyf);
  }

  #glyphsOf(codePoints: Uint32Array): StoredGlyph[] {
    // All characters of a text are in its subset. What a reader still takes for missing are halves of surrogate pairs, which must
    // not show (see `ofd/page-objects.ts`): so `.notdef` is blank where there may be some.
    const halved = (codePoints.at(-1) ?? 0) > 0xffff;
    const glyphs = new Array<StoredGlyph>(codePoints.length + 1);
    glyphs[0] = this.#store.notdef(halved);
    for (let i = 0; i < codePoints.length; i++) glyphs[i + 1] = this.#store.get(codePoints[i] as number);
    return glyphs;
  }

  #coded(bytes: Buffer, glyfAt: number, glyphs: readonly StoredGlyph[], glyf: Adler): Buffer {
    const sink = this.#sink;
    const { coder } = this.#store;
    beginZlib(sink);
    codeTables(sink, bytes, glyfAt);
    coder.begin(sink, true);
    for (const { bits } of glyphs) sink.join(bits);
    coder.end(sink);
    endZlib(sink, adlerJoined(adlerOf(bytes, 0, glyfAt), glyf));
    return sink.bytes();
  }
}

const joiners = new WeakMap<TrueTypeFont, SubsetJoiner>();

/** The joiner of a font: its glyphs are coded once per process, whatever files it is used in. */
export function joinerOf(font: TrueTypeFont): SubsetJoiner {
  const known = joiners.get(font) ?? new SubsetJoiner(font);
  joiners.set(font, known);
  return known;
}

let tableCoder: FixedCoder | undefined;
function codeTables(sink: BitSink, bytes: Buffer, end: number): void {
  tableCoder ??= new FixedCoder(FONT_TABLE_CODES);
  tableCoder.begin(sink, false);
  tableCoder.octets(sink, bytes, 0, end);
  tableCoder.end(sink);
}

interface Layout {
  at: Record<Tag, number>;
  length: Record<Tag, number>;
  /** Glyphs whose advance is told: those behind them have that of the last of them. */
  metrics: number;
  size: number;
}

/** Where the tables stand: `glyf` last, so that all that is not coded yet lies in front of it. */
function place(shared: SharedTables, glyphs: readonly StoredGlyph[]): Layout {
  const count = glyphs.length;
  let metrics = count;
  while (metrics > 1 && glyphs[metrics - 2]?.advance === glyphs[count - 1]?.advance) metrics--;
  let glyf = 0;
  for (const { entry } of glyphs) glyf += entry.length;
  const length: Record<Tag, number> = {
    "OS/2": shared["OS/2"].length,
    cmap: CMAP_HEAD + (count - 1) * GROUP,
    glyf,
    head: shared.head.length,
    hhea: shared.hhea.length,
    hmtx: metrics * 4 + (count - metrics) * 2,
    loca: (count + 1) * 4,
    maxp: shared.maxp.length,
    name: shared.name.length,
    post: shared.post.length,
  };
  const at = {} as Record<Tag, number>;
  let end = DIRECTORY;
  for (const tag of TAGS) {
    if (tag === "glyf") continue;
    at[tag] = end;
    end += (length[tag] + 3) & ~3;
  }
  at.glyf = end;
  return { at, length, metrics, size: end + glyf };
}

/** Writes the file, or only what stands in front of its glyphs where there is no more room; returns the sum of the `glyf` table, which was known before. */
function writeTables(
  bytes: Buffer,
  { at, length, metrics, size }: Layout,
  shared: SharedTables,
  codePoints: Uint32Array,
  glyphs: readonly StoredGlyph[],
): Adler {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = bytes.length === size;
  bytes.fill(0, DIRECTORY, at.glyf);
  for (const tag of ["OS/2", "head", "hhea", "maxp", "name", "post"] as const) bytes.set(shared[tag], at[tag]);
  words.setUint16(at.hhea + 34, metrics);
  words.setUint16(at.maxp + 4, glyphs.length);
  writeCmap(words, at.cmap, codePoints);
  let [a, b, sum, metric, entryAt] = [1, 0, 0, at.hmtx, at.glyf];
  for (let i = 0; i < glyphs.length; i++) {
    const glyph = glyphs[i] as StoredGlyph;
    const { entry } = glyph;
    if (i < metrics) {
      words.setUint16(metric, glyph.advance);
      metric += 2;
    }
    words.setInt16(metric, glyph.bearing);
    metric += 2;
    if (whole) bytes.set(entry, entryAt);
    entryAt += entry.length;
    words.setUint32(at.loca + (i + 1) * 4, entryAt - at.glyf);
    sum += glyph.sum;
    b = (b + glyph.b + (entry.length % 65_521) * (a + 65_520)) % 65_521;
    a = (a + glyph.a + 65_520) % 65_521;
  }
  writeDirectory(words, bytes, { at, length }, sum % 2 ** 32);
  return { a, b, length: length.glyf };
}

/** One format 12 subtable, a group per code point. */
function writeCmap(words: DataView, start: number, codePoints: Uint32Array): void {
  const count = codePoints.length;
  words.setUint16(start + 2, 1);
  words.setUint16(start + 4, 3);
  words.setUint16(start + 6, 10);
  words.setUint32(start + 8, 12);
  words.setUint16(start + 12, 12);
  words.setUint32(start + 16, 16 + count * GROUP);
  words.setUint32(start + 24, count);
  let at = start + CMAP_HEAD;
  for (let i = 0; i < count; i++) {
    const codePoint = codePoints[i] as number;
    words.setUint32(at, codePoint);
    words.setUint32(at + 4, codePoint);
    words.setUint32(at + 8, i + 1);
    at += GROUP;
  }
}

function writeDirectory(
  words: DataView,
  bytes: Buffer,
  { at, length }: Pick<Layout, "at" | "length">,
  glyfSum: number,
): void {
  const power = 2 ** Math.floor(Math.log2(TAGS.length));
  words.setUint32(0, 0x00010000);
  words.setUint16(4, TAGS.length);
  words.setUint16(6, power * 16);
  words.setUint16(8, Math.log2(power));
  words.setUint16(10, (TAGS.length - power) * 16);
  let total = 0;
  TAGS.forEach((tag, index) => {
    const entry = 12 + index * 16;
    const sum = tag === "glyf" ? glyfSum : sumOf(words, at[tag], (length[tag] + 3) & ~3);
    bytes.write(tag, entry, "latin1");
    words.setUint32(entry + 4, sum);
    words.setUint32(entry + 8, at[tag]);
    words.setUint32(entry + 12, length[tag]);
    total += sum;
  });
  total += sumOf(words, 0, DIRECTORY);
  words.setUint32(at.head + 8, (0xb1b0afba - (total % 2 ** 32)) >>> 0);
}

function sumOf(words: DataView, from: number, length: number): number {
  let sum = 0;
  for (let at = from; at < from + length; at += 4) sum += words.getUint32(at);
  return sum % 2 ** 32;
}
