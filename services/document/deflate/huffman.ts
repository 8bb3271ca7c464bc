/** A code of a symbol: its bits in the lower 16 places, as they stand in a stream, and their number from place 24 on. */
export type Codes = Uint32Array;

/** Longest code of deflate, and of the table that tells the lengths. */
export const LONGEST_CODE = { symbols: 15, lengths: 7 } as const;

/** The codes that lengths stand for (RFC 1951, 3.2.2). */
export function codesOf(lengths: Uint8Array): Codes {
  const count = new Uint16Array(16);
  for (const length of lengths) if (length > 0) count[length] = (count[length] as number) + 1;
  const next = new Uint16Array(17);
  for (let bits = 1; bits < 16; bits++) next[bits + 1] = ((next[bits] as number) + (count[bits] as number)) << 1;
  return Uint32Array.from(lengths, (length) => {
    if (length === 0) return 0;
    const code = next[length] as number;
    next[length] = code + 1;
    return reversed(code, length) | (length << 24);
  });
}

function reversed(code: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i++) out |= ((code >> i) & 1) << (length - 1 - i);
  return out;
}

interface Package {
  weight: number;
  symbols: number[];
}

/** The lengths of the best codes of at most `limit` bits for symbols that come so often (package-merge); 0 for those that never come. */
export function codeLengths(frequencies: ArrayLike<number>, limit: number): Uint8Array {
  const lengths = new Uint8Array(frequencies.length);
  const single: Package[] = Array.from(frequencies, (weight, symbol) => ({ weight, symbols: [symbol] }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => a.weight - b.weight);
  if (single.length < 2) {
    for (const { symbols } of single) lengths[symbols[0] as number] = 1;
    return lengths;
  }
  let packages: Package[] = [];
  for (let level = 0; level < limit; level++) {
    const merged = [...single, ...packages].sort((a, b) => a.weight - b.weight);
    packages = [];
    for (let i = 0; i + 1 < merged.length; i += 2) {
      const [a, b] = [merged[i] as Package, merged[i + 1] as Package];
      packages.push({ weight: a.weight + b.weight, symbols: [...a.symbols, ...b.symbols] });
    }
  }
  for (const { symbols } of packages.slice(0, single.length - 1)) {
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] as number) + 1;
  }
  return lengths;
}
