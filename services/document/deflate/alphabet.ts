/** Lengths and distances of deflate (RFC 1951, 3.2.5): the first of each code, and the extra bits that follow it. */
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12_289, 16_385, 24_577,
];

/** Longest repeat, and farthest. */
export const LONGEST = 258;
export const FARTHEST = 32_768;
/** Symbols for octets and lengths, and for distances; the one that ends a block; the first length. */
export const SYMBOLS = { literals: 286, distances: 30, end: 256, firstLength: 257 } as const;

/** The code of each length from 3 to 258. */
export const lengthCodes: Uint8Array = Uint8Array.from({ length: LONGEST + 1 }, (_, length) =>
  Math.max(
    LENGTHS.findLastIndex((first) => first <= length),
    0,
  ),
);
/** The code of each distance from 1 to 32,768. */
export const distanceCodes: Uint8Array = new Uint8Array(FARTHEST + 1);
for (const [code, first] of DISTANCES.entries()) distanceCodes.fill(code, first);

/** First length, and extra bits, of a code. */
export const lengthFirst: Uint16Array = Uint16Array.from(LENGTHS);
export const lengthExtra: Uint8Array = Uint8Array.from(LENGTH_EXTRA);
/** First distance, and extra bits, of a code. */
export const distanceFirst: Uint16Array = Uint16Array.from(DISTANCES);
export const distanceExtra: Uint8Array = Uint8Array.from({ length: SYMBOLS.distances }, (_, code) =>
  Math.max((code >> 1) - 1, 0),
);
