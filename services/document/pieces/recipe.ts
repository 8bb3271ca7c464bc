import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { GlyphRun } from "./glyph-run.ts";

/** What follows the shared front of a file: octets as they are, or a subset that is made anew. */
export type Piece = { octets: Uint8Array } | { glyphs: GlyphRun };

/** A file as its shared front, by digest, and what follows it. */
export interface Recipe {
  /** SHA-256 (hex) of the shared front. */
  fixed: string;
  /** Octets of the whole file. */
  length: number;
  pieces: readonly Piece[];
}

/** Octets of a file that is split, at most: recipes may come from anybody, and joining holds up the loop that serves calls. */
export const LARGEST_FILE = 1 << 20;
/** Pieces of a recipe, and characters of all its subsets, at most. Faces have a few of the one and some hundred of the others. */
const MOST_PIECES = 64;
const MOST_CHARACTERS = 4096;

/** What each recipe begins with; the last octet is the version of its form, its fonts and the joining code. */
const MARK = Buffer.from("ECR\x01", "latin1");
/** Octets by which {@link fixedOf} tells a recipe and its shared front. */
export const RECIPE_HEAD = MARK.length + 32;
/**
 * Octets as they are go through Zstandard (RFC 8878): signatures in hexadecimal, what is kept free for them, codes and texts of XML shrink to a quarter
 * in a third of the time that deflate takes.
 */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Beyond the octets themselves, so that one turn takes them all. */
const ROOM = 512;

/** The digest of the shared front, where these octets begin a recipe. Other files may begin so too: only a digest tells. */
export function fixedOf(head: Uint8Array): string | undefined {
  if (head.length < RECIPE_HEAD) return undefined;
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return bytes.subarray(0, MARK.length).equals(MARK) ? bytes.toString("hex", MARK.length, RECIPE_HEAD) : undefined;
}

/** Writes a recipe: mark, digest, length, pieces, and all octets packed together. */
export function writeRecipe({ fixed, length, pieces }: Recipe): Buffer {
  const numbers: number[] = [];
  const put = (value: number) => {
    for (; value > 127; value = Math.floor(value / 128)) numbers.push((value % 128) | 128);
    numbers.push(value);
  };
  put(length);
  put(pieces.length);
  for (const piece of pieces) {
    if ("octets" in piece) {
      put(0);
      put(piece.octets.length);
      continue;
    }
    const { font, zlib, codePoints } = piece.glyphs;
    put(zlib ? 1 : 2);
    put(font);
    put(codePoints.length);
    let before = 0;
    for (const codePoint of codePoints) {
      put(codePoint - before);
      before = codePoint;
    }
  }
  const octets = Buffer.concat(pieces.flatMap((piece) => ("octets" in piece ? [piece.octets] : [])));
  return Buffer.concat([
    MARK,
    Buffer.from(fixed, "hex"),
    Uint8Array.from(numbers),
    zstdCompressSync(octets, { ...PACKING, chunkSize: octets.length + ROOM }),
  ]);
}

/** Reads a recipe. Throws an `Error` where it is none, is damaged, or of another version. */
export function readRecipe(recipe: Uint8Array): Recipe {
  const fixed = fixedOf(recipe);
  if (fixed === undefined) throw new Error("no recipe of a known version");
  let at = RECIPE_HEAD;
  const take = (): number => {
    for (let value = 0, place = 1; ; place *= 128) {
      const octet = recipe[at++];
      if (octet === undefined || place > 2 ** 35) throw new Error("a recipe that is cut off");
      value += (octet & 127) * place;
      if (octet < 128) return value;
    }
  };
  const length = take();
  const count = take();
  if (length > LARGEST_FILE || count > MOST_PIECES) throw new Error("a recipe of more than is ever split");
  let characters = 0;
  const shapes = Array.from({ length: count }, (): number | GlyphRun => {
    const kind = take();
    if (kind === 0) return take();
    const font = take();
    const own = take();
    characters += own;
    if (characters > MOST_CHARACTERS) throw new Error("a recipe of more characters than are ever split");
    const codePoints = new Uint32Array(own);
    let before = 0;
    for (let i = 0; i < codePoints.length; i++) codePoints[i] = before += take();
    return { font, zlib: kind === 1, codePoints };
  });
  const plain = shapes.reduce((sum: number, shape) => (typeof shape === "number" ? sum + shape : sum), 0);
  if (plain > length) throw new Error("a recipe that gives more than it tells");
  const octets = zstdDecompressSync(recipe.subarray(at), { maxOutputLength: plain + 1, chunkSize: plain + ROOM });
  let from = 0;
  const pieces = shapes.map((shape): Piece => {
    if (typeof shape !== "number") return { glyphs: shape };
    from += shape;
    return { octets: octets.subarray(from - shape, from) };
  });
  return { fixed, length, pieces };
}
