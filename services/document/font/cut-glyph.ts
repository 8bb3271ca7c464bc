import type { Point } from "./outline.ts";
import { readContours } from "./outline.ts";
import type { TrueTypeFont } from "./true-type.ts";
import { writeGlyph } from "./write-glyph.ts";

const NOTHING = new Uint8Array(0);
/** Flags of a component (OpenType, `glyf`). */
const PART = { words: 0x1, offsets: 0x2, scale: 0x8, more: 0x20, scaleXY: 0x40, matrix: 0x80 };

/**
 * A `glyf` entry that stands by itself: without instructions, padded to a multiple of 4. A composite glyph becomes the outlines that it
 * is made of, so that no entry depends on where others stand. Throws an `Error` on composites placed by point numbers, which Noto
 * does not use.
 */
export function cutGlyph(font: TrueTypeFont, glyph: number): Uint8Array {
  const entry = font.glyphData(glyph);
  if (entry.length === 0) return NOTHING;
  const contours = entry.readInt16BE(0);
  if (contours < 0) return padded(writeGlyph(composed(font, entry)));
  const at = 10 + contours * 2;
  const instructions = entry.readUInt16BE(at);
  const cut = new Uint8Array((entry.length - instructions + 3) & ~3);
  cut.set(entry.subarray(0, at));
  cut.set(entry.subarray(at + 2 + instructions), at + 2);
  return cut;
}

function padded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array((bytes.length + 3) & ~3);
  out.set(bytes);
  return out;
}

function composed(font: TrueTypeFont, entry: Buffer): Point[][] {
  const contours: Point[][] = [];
  for (let at = 10, more = true; more; ) {
    const flags = entry.readUInt16BE(at);
    const part = font.glyphData(entry.readUInt16BE(at + 2));
    if (!(flags & PART.offsets)) throw new Error("composite glyph placed by points");
    const wide = (flags & PART.words) !== 0;
    const dx = wide ? entry.readInt16BE(at + 4) : entry.readInt8(at + 4);
    const dy = wide ? entry.readInt16BE(at + 6) : entry.readInt8(at + 5);
    at += wide ? 8 : 6;
    const next = (): number => {
      at += 2;
      return entry.readInt16BE(at - 2) / 16_384;
    };
    let [a, b, c, d] = [1, 0, 0, 1];
    if (flags & PART.scale) a = d = next();
    else if (flags & PART.scaleXY) [a, d] = [next(), next()];
    else if (flags & PART.matrix) [a, b, c, d] = [next(), next(), next(), next()];
    for (const points of readContours(part) ?? composed(font, part)) {
      contours.push(
        points.map(({ x, y, on }) => ({
          x: Math.round(a * x + c * y + dx),
          y: Math.round(b * x + d * y + dy),
          on,
        })),
      );
    }
    more = (flags & PART.more) !== 0;
  }
  return contours;
}
