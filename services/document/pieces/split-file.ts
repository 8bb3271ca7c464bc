import { findPieces } from "./find-pieces.ts";
import { readGlyphRun, writeGlyphRun } from "./glyph-run.ts";
import { LARGEST_FILE, type Piece, readRecipe, writeRecipe } from "./recipe.ts";

/** Shared fronts that are smaller are not worth a blob of their own. */
const SMALLEST = 4096;

/** A file as what it shares with all of its template, by name and octets, and what makes it of that. */
export interface SplitFile {
  front: string;
  fixed: Uint8Array;
  recipe: Buffer;
}

/**
 * Splits a file of a certificate (PDF or OFD of drawing 2) into the front that it shares with all of its template, and a recipe of the rest: font
 * subsets as code points, the other octets as they are. `digest` names a shared front by its SHA-256 (hex), which is given back as `front`. Pure. What the recipe gives was compared
 * with the file, octet by octet; `undefined` for any file that has another shape, or would come out otherwise.
 */
export function splitFile(file: Uint8Array, digest: (fixed: Uint8Array) => string): SplitFile | undefined {
  const found = file.length > LARGEST_FILE ? undefined : findPieces(file);
  if (found === undefined || found.fixed < SMALLEST) return undefined;
  const fixed = file.subarray(0, found.fixed);
  const pieces: Piece[] = [];
  let at = found.fixed;
  for (const { at: start, length, zlib } of found.fonts) {
    const packed = file.subarray(start, start + length);
    const glyphs = start >= at ? readGlyphRun(packed, zlib) : undefined;
    if (glyphs === undefined || !isMade(packed, () => writeGlyphRun(glyphs))) continue;
    pieces.push({ octets: file.subarray(at, start) }, { glyphs });
    at = start + length;
  }
  pieces.push({ octets: file.subarray(at) });
  const front = digest(fixed);
  const recipe = writeRecipe({ fixed: front, length: file.length, pieces });
  return isMade(file, () => joinFile(recipe, fixed)) ? { front, fixed, recipe } : undefined;
}

/** Joins a file again from its recipe and its shared front. Pure. Throws an `Error` where the recipe is damaged or of another version. */
export function joinFile(recipe: Uint8Array, fixed: Uint8Array): Buffer {
  const { length, pieces } = readRecipe(recipe);
  const file = Buffer.concat([
    fixed,
    ...pieces.map((piece) => ("octets" in piece ? piece.octets : writeGlyphRun(piece.glyphs))),
  ]);
  if (file.length !== length) throw new Error(`a recipe of ${length} bytes gives ${file.length}`);
  return file;
}

function isMade(wanted: Uint8Array, make: () => Uint8Array): boolean {
  try {
    return Buffer.compare(wanted, make()) === 0;
  } catch {
    return false;
  }
}
