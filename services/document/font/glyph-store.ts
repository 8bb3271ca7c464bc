import { adlerOf } from "../deflate/adler.ts";
import type { Bits } from "../deflate/bit-sink.ts";
import { FixedCoder } from "../deflate/fixed-coder.ts";
import { GLYPH_CODES } from "../deflate/trained.ts";
import { cutGlyph } from "./cut-glyph.ts";
import type { TrueTypeFont } from "./true-type.ts";

/** A glyph as subsets take it: cut, summed and coded once. */
export interface StoredGlyph {
  /** Its `glyf` entry, a multiple of 4 long. */
  entry: Uint8Array;
  /** Sum of its 32-bit words, modulo 2^32. */
  sum: number;
  /** Halves of its Adler-32. */
  a: number;
  b: number;
  /** Its deflate data under the codes of all glyphs. */
  bits: Bits;
  advance: number;
  bearing: number;
}

/** Glyphs kept per font and thread, some 700 bytes each: more than everyday certificates show. Beyond them all are cut anew. */
const KEPT = 12_000;

/** The glyphs of a font by code point. */
export class GlyphStore {
  /** The codes of `glyf` data in all fonts. */
  readonly coder: FixedCoder = glyphCoder();
  readonly #font: TrueTypeFont;
  readonly #glyphs = new Map<number, StoredGlyph>();
  #notdef: StoredGlyph | undefined;

  constructor(font: TrueTypeFont) {
    this.#font = font;
  }

  /** The glyph of a code point. Throws an `Error` if the font lacks it. */
  get(codePoint: number): StoredGlyph {
    const known = this.#glyphs.get(codePoint);
    if (known !== undefined) return known;
    const glyph = this.#font.glyphOf(codePoint);
    if (glyph === 0) throw new Error(`font ${this.#font.name} has no glyph for U+${codePoint.toString(16)}`);
    if (this.#glyphs.size >= KEPT) this.#glyphs.clear();
    const stored = this.#store(cutGlyph(this.#font, glyph), glyph);
    this.#glyphs.set(codePoint, stored);
    return stored;
  }

  /** The glyph for what a font lacks, or its place without anything in it. */
  notdef(blank: boolean): StoredGlyph {
    if (blank) return this.#store(new Uint8Array(0), 0);
    this.#notdef ??= this.#store(cutGlyph(this.#font, 0), 0);
    return this.#notdef;
  }

  #store(entry: Uint8Array, glyph: number): StoredGlyph {
    const { a, b } = adlerOf(entry);
    const words = new DataView(entry.buffer, entry.byteOffset, entry.length);
    let sum = 0;
    for (let at = 0; at < entry.length; at += 4) sum = (sum + words.getUint32(at)) >>> 0;
    const font = this.#font;
    const bits = this.coder.piece(entry);
    return { entry, sum, a, b, bits, advance: font.advanceOf(glyph), bearing: font.bearingOf(glyph) };
  }
}

let coder: FixedCoder | undefined;
function glyphCoder(): FixedCoder {
  coder ??= new FixedCoder(GLYPH_CODES);
  return coder;
}
