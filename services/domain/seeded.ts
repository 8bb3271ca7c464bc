/**
 * A repeatable source of numbers in [0, 1) for tests and simulations (mulberry32). The same seed gives the same run. It
 * is predictable on purpose: nothing secret may come from it.
 */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A text of `length` characters, each drawn from `alphabet`. */
export function seededText(next: () => number, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(Math.floor(next() * alphabet.length))).join("");
}
