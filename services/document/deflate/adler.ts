const MODULUS = 65_521;
/** Sums of so many octets stay below 2^31. */
const STRETCH = 3800;

/** Adler-32 of octets (RFC 1950), in its two halves, and how many there were: enough to join it to that of what stands in front. */
export interface Adler {
  a: number;
  b: number;
  length: number;
}

/** The sum of no octets. */
export const NO_OCTETS: Adler = { a: 1, b: 0, length: 0 };

/** Sums up octets from `from` up to `to`. */
export function adlerOf(bytes: Uint8Array, from = 0, to = bytes.length): Adler {
  let [a, b] = [1, 0];
  for (let at = from; at < to; ) {
    const end = Math.min(at + STRETCH, to);
    for (; at < end; at++) {
      a += bytes[at] as number;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return { a, b, length: to - from };
}

/** The sum of two pieces, one behind the other. */
export function adlerJoined(front: Adler, back: Adler): Adler {
  const a = front.a + MODULUS - 1;
  return {
    a: (a + back.a) % MODULUS,
    b: (front.b + back.b + (back.length % MODULUS) * (a % MODULUS)) % MODULUS,
    length: front.length + back.length,
  };
}

/** The four octets that end a zlib stream, as one number. */
export function adlerValue({ a, b }: Adler): number {
  return b * 65_536 + a;
}
