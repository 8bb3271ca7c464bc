import { zstdDecompressSync } from "node:zlib";
import { LARGEST_FILE } from "./find-pieces.ts";
import type { Piece } from "./piece.ts";
import { packText, type Text, unpackText } from "./text-pack.ts";

/** A file as its shared front, by digest, and what follows it. */
export interface Recipe {
  /** SHA-256 (hex) of the shared front. */
  fixed: string;
  /** Octets of the whole file. */
  length: number;
  pieces: readonly Piece[];
}

/** Pieces of a recipe, and characters of all its subsets, at most. Faces have a few of the one and some hundred of the others. */
const MOST_PIECES = 64;
const MOST_CHARACTERS = 4096;
/** Modules along a side of the largest QR code. */
const LARGEST_CODE = 177;

/**
 * What each recipe begins with. The octet behind it is the version of its form, its fonts and the joining code. Version 1 knew octets and subsets, and
 * packed the octets by Zstandard (RFC 8878); version 2, which is written, knows more kinds of pieces, and packs by tables (`text-pack.ts`).
 */
const MARK = Buffer.from("ECR", "latin1");
const NEWEST = 2;
const VERSION_AT = MARK.length;
/** Octets by which {@link fixedOf} tells a recipe and its shared front. */
export const RECIPE_HEAD = MARK.length + 1 + 32;
/** Beyond the octets themselves, so that one turn of Zstandard takes them all. */
const ROOM = 512;

const KIND = { octets: 0, zlibGlyphs: 1, rawGlyphs: 2, code: 3, hex: 4 } as const;

/** The digest of the shared front, where these octets begin a recipe of a known version. Other files may begin so too: only a digest tells. */
export function fixedOf(head: Uint8Array): string | undefined {
  if (head.length < RECIPE_HEAD) return undefined;
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const version = bytes[VERSION_AT] as number;
  if (version < 1 || version > NEWEST || !bytes.subarray(0, VERSION_AT).equals(MARK)) return undefined;
  return bytes.toString("hex", VERSION_AT + 1, RECIPE_HEAD);
}

/** Writes a recipe: mark, version, digest, length, pieces, and all their octets packed together. */
export function writeRecipe({ fixed, length, pieces }: Recipe): Buffer {
  const shapes: number[][] = [];
  const texts: Text[] = [];
  for (const piece of pieces) {
    const before = shapes.at(-1);
    if ("octets" in piece) {
      texts.push(piece);
      const { length: own } = piece.octets;
      if (before?.[0] === KIND.octets) before[1] = (before[1] as number) + own;
      else shapes.push([KIND.octets, own]);
    } else if ("code" in piece) {
      texts.push({ octets: piece.code.rows });
      shapes.push([KIND.code, piece.code.size]);
    } else if ("hex" in piece) {
      texts.push({ octets: piece.hex.octets });
      shapes.push([KIND.hex, piece.hex.octets.length, piece.hex.length]);
    } else {
      const { font, zlib, codePoints } = piece.glyphs;
      const shape = [zlib ? KIND.zlibGlyphs : KIND.rawGlyphs, font, codePoints.length];
      for (let at = 0; at < codePoints.length; at++)
        shape.push((codePoints[at] as number) - (at === 0 ? 0 : (codePoints[at - 1] as number)));
      shapes.push(shape);
    }
  }
  const numbers = written([length, shapes.length, ...shapes.flat()]);
  return Buffer.concat([MARK, Uint8Array.of(NEWEST), Buffer.from(fixed, "hex"), numbers, packText(texts)]);
}

/** Numbers of seven bits an octet, the lowest first. */
function written(numbers: readonly number[]): Uint8Array {
  const octets: number[] = [];
  for (let value of numbers) {
    for (; value > 127; value = Math.floor(value / 128)) octets.push((value % 128) | 128);
    octets.push(value);
  }
  return Uint8Array.from(octets);
}

/** A piece whose octets are not unpacked yet: how many they are, and what they make. */
interface Shape {
  octets: number;
  /** Octets that it gives at least. */
  gives: number;
  make: (octets: Buffer) => Piece;
}

/** Reads a recipe. Throws an `Error` where it is none, is damaged, or of another version. */
export function readRecipe(recipe: Uint8Array): Recipe {
  const fixed = fixedOf(recipe);
  if (fixed === undefined) throw new Error("no recipe of a known version");
  const version = recipe[VERSION_AT] as number;
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
  const shapes = Array.from({ length: count }, (): Shape => {
    const kind = take();
    if (kind === KIND.zlibGlyphs || kind === KIND.rawGlyphs) {
      const run = takeGlyphs(take, MOST_CHARACTERS - characters);
      characters += run.codePoints.length;
      const piece: Piece = { glyphs: { ...run, zlib: kind === KIND.zlibGlyphs } };
      return { octets: 0, gives: 0, make: () => piece };
    }
    if (kind === KIND.octets) return plain(take());
    if (version === 1) throw new Error(`recipes of version 1 have no pieces of kind ${kind}`);
    return kind === KIND.code ? codeOf(take()) : hexOf(kind, take(), take());
  });
  const [wanted, given] = [sum(shapes, "octets"), sum(shapes, "gives")];
  if (given > length) throw new Error("a recipe that gives more than it tells");
  const packed = recipe.subarray(at);
  const octets =
    version === 1
      ? zstdDecompressSync(packed, { maxOutputLength: wanted + 1, chunkSize: wanted + ROOM })
      : unpackText(packed, wanted);
  let from = 0;
  const pieces = shapes.map(({ octets: own, make }) => {
    from += own;
    return make(octets.subarray(from - own, from));
  });
  return { fixed, length, pieces };
}

function sum(shapes: readonly Shape[], what: "octets" | "gives"): number {
  return shapes.reduce((all, shape) => all + shape[what], 0);
}

function takeGlyphs(take: () => number, most: number): { font: number; codePoints: Uint32Array } {
  const font = take();
  const own = take();
  if (own > most) throw new Error("a recipe of more characters than are ever split");
  const codePoints = new Uint32Array(own);
  let before = 0;
  for (let i = 0; i < own; i++) codePoints[i] = before += take();
  return { font, codePoints };
}

function plain(octets: number): Shape {
  return { octets, gives: octets, make: (own) => ({ octets: own }) };
}

function codeOf(size: number): Shape {
  if (size > LARGEST_CODE) throw new Error("a recipe of a larger code than there is");
  const stride = (size + 7) >> 3;
  const octets = size * stride;
  return { octets, gives: octets, make: (rows) => ({ code: { size, stride, rows } }) };
}

function hexOf(kind: number, octets: number, length: number): Shape {
  if (kind !== KIND.hex) throw new Error(`recipes of version ${NEWEST} have no pieces of kind ${kind}`);
  if (2 * octets > length) throw new Error("a recipe of more digits than have room");
  return { octets, gives: length, make: (own) => ({ hex: { octets: own, length } }) };
}
