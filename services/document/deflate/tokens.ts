import { distanceCodes, distanceExtra, FARTHEST, LONGEST, lengthCodes, lengthExtra, SYMBOLS } from "./alphabet.ts";

/** What coding an octet, a length or a distance costs, in bits. */
export interface Prices {
  literals: ArrayLike<number>;
  distances: ArrayLike<number>;
}

/** Earlier places that are looked at for one octet. */
const TRIES = 200;

/**
 * Cuts octets into literals (0 to 255) and repeats (negative: length in the upper, distance in the lower 16 places, negated), so that
 * they cost the least under these prices. Slow, for what is coded once.
 */
export function cheapestTokens(bytes: Uint8Array, { literals, distances }: Prices): Int32Array {
  const size = bytes.length;
  const before = earlierPlaces(bytes);
  const cost = new Float64Array(size + 1);
  const taken = new Int32Array(size);
  for (let at = size - 1; at >= 0; at--) {
    const octet = bytes[at] as number;
    let least = (literals[octet] as number) + (cost[at + 1] as number);
    let token = octet;
    let from = before[at] as number;
    for (let tries = 0; from >= 0 && tries < TRIES && at - from <= FARTHEST; tries++) {
      const code = distanceCodes[at - from] as number;
      const far = (distances[code] as number) + (distanceExtra[code] as number);
      const most = Math.min(LONGEST, size - at);
      for (let length = 1; length <= most && bytes[from + length - 1] === bytes[at + length - 1]; length++) {
        if (length < 3) continue;
        const symbol = lengthCodes[length] as number;
        const price =
          (literals[SYMBOLS.firstLength + symbol] as number) +
          (lengthExtra[symbol] as number) +
          far +
          (cost[at + length] as number);
        if (price >= least) continue;
        least = price;
        token = -((length << 16) | (at - from));
      }
      from = before[from] as number;
    }
    cost[at] = least;
    taken[at] = token;
  }
  const tokens: number[] = [];
  for (let at = 0; at < size; ) {
    const token = taken[at] as number;
    tokens.push(token);
    at += token >= 0 ? 1 : -token >> 16;
  }
  return Int32Array.from(tokens);
}

/** For each place the last one before it where the same three octets stand, or -1. */
function earlierPlaces(bytes: Uint8Array): Int32Array {
  const before = new Int32Array(bytes.length).fill(-1);
  const last = new Map<number, number>();
  for (let at = 0; at + 3 <= bytes.length; at++) {
    const key = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    before[at] = last.get(key) ?? -1;
    last.set(key, at);
  }
  return before;
}
