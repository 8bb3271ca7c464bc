import { findPieces } from "./find-pieces.ts";
import { octetsOf, type Piece, pieceOf } from "./piece.ts";
import { readRecipe, writeRecipe } from "./recipe.ts";

/** Shared fronts that are smaller are not worth a blob of their own. */
const SMALLEST = 4096;

/** A file as what it shares with all of its template, by name and octets, and what makes it of that. */
export interface SplitFile {
  front: string;
  fixed: Uint8Array;
  recipe: Buffer;
}

/**
 * Splits a file of a certificate (PDF or OFD of drawing 2) into the front that it shares with all of its template, and a recipe of the rest. `digest`
 * names a shared front by its SHA-256 (hex), which is given back as `front`. Pure. What the recipe gives, read again, was compared with the file, octet by
 * octet; `undefined` for any file that has another shape, or would come out otherwise.
 */
export function splitFile(file: Uint8Array, digest: (fixed: Uint8Array) => string): SplitFile | undefined {
  const found = findPieces(file);
  if (found === undefined || found.fixed < SMALLEST) return undefined;
  const fixed = file.subarray(0, found.fixed);
  const pieces: Piece[] = [];
  let at = found.fixed;
  for (const { at: start, length, kind } of found.places()) {
    const octets = file.subarray(start, start + length);
    const piece = start >= at ? pieceOf(kind, octets) : undefined;
    if (piece === undefined || !gives([piece], octets)) continue;
    pieces.push({ octets: file.subarray(at, start) }, piece);
    at = start + length;
  }
  pieces.push({ octets: file.subarray(at) });
  const front = digest(fixed);
  const recipe = writeRecipe({ fixed: front, length: file.length, pieces });
  return isRecipeOf(recipe, file, { front, from: found.fixed }) ? { front, fixed, recipe } : undefined;
}

/** Whether a recipe, as whoever has it will read it, gives this file behind its front. What stands in it is compared where it stands: nothing is joined. */
function isRecipeOf(recipe: Buffer, file: Uint8Array, { front, from }: { front: string; from: number }): boolean {
  try {
    const { fixed, length, pieces } = readRecipe(recipe);
    return fixed === front && length === file.length && gives(pieces, file.subarray(from));
  } catch {
    // It has more characters or pieces than are taken from anybody.
    return false;
  }
}

/** Joins a file again from its recipe and its shared front. Pure. Throws an `Error` where the recipe is damaged or of another version. */
export function joinFile(recipe: Uint8Array, fixed: Uint8Array): Buffer {
  const { length, pieces } = readRecipe(recipe);
  if (fixed.length > length) throw new Error(`a recipe of ${length} bytes has a front of ${fixed.length}`);
  const file = Buffer.allocUnsafe(length);
  file.set(fixed);
  let at = fixed.length;
  for (const piece of pieces) {
    const octets = octetsOf(piece);
    if (at + octets.length > length) throw new Error(`a recipe of ${length} bytes gives more`);
    file.set(octets, at);
    at += octets.length;
  }
  if (at !== length) throw new Error(`a recipe of ${length} bytes gives ${at}`);
  return file;
}

/** Whether pieces give these very octets. */
function gives(pieces: readonly Piece[], wanted: Uint8Array): boolean {
  let at = 0;
  try {
    for (const piece of pieces) {
      const octets = octetsOf(piece);
      if (Buffer.compare(octets, wanted.subarray(at, at + octets.length)) !== 0) return false;
      at += octets.length;
    }
  } catch {
    return false;
  }
  return at === wanted.length;
}
