import { BoundedMemory } from "../../base/bounded-memory.ts";
import { compressed } from "../compress.ts";
import { type FontSubset, subsetFont } from "./subset.ts";
import type { TrueTypeFont } from "./true-type.ts";

/** A subset together with its compressed form. */
export interface PackedSubset extends FontSubset {
  /** `bytes` as a zlib stream (RFC 1950), as PDF wants it; what ZIP wants lies in it, see `rawDeflate`. */
  zlib: Buffer;
}

/** Subsets kept for each font: what one certificate needs, so that its second face finds what the first one made. */
const KEPT = 4;
const memory = new WeakMap<TrueTypeFont, BoundedMemory<string, PackedSubset>>();

/**
 * The subset of a font as a file that stands by itself, compressed at `level`. Half the time of drawing a face goes into this,
 * and PDF and OFD of one certificate embed the very same file: so the last few are kept. The same order gives the same bytes.
 */
export function packedSubset(font: TrueTypeFont, codePoints: Iterable<number>, level: number): PackedSubset {
  const sorted = [...new Set(codePoints)].sort((a, b) => a - b);
  const key = `${level} ${sorted.join()}`;
  const kept = memory.get(font) ?? new BoundedMemory<string, PackedSubset>(KEPT);
  memory.set(font, kept);
  return kept.recall(key, () => {
    const subset = subsetFont(font, sorted, { standalone: true });
    return { ...subset, zlib: compressed(subset.bytes, level) };
  });
}
