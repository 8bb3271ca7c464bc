/** Bits that were coded once, ready to be joined to others: 32 in a word, the first in the lowest place. */
export interface Bits {
  words: Uint32Array;
  length: number;
}

/** Takes bits in the order of deflate (RFC 1951): the first in the lowest place of an octet. Kept from stream to stream. */
export class BitSink {
  #words: Uint32Array;
  #at = 0;
  /** Bits that do not fill a word yet, and how many. */
  #open = 0;
  #count = 0;

  /** `bytes`: room to begin with; it grows. */
  constructor(bytes: number) {
    this.#words = new Uint32Array(bytes >> 2);
  }

  /** Begins anew. What was taken as view before must not be used any more. */
  reset(): void {
    this.#at = 0;
    this.#open = 0;
    this.#count = 0;
  }

  /** Makes room for so many more bytes. */
  reserve(bytes: number): void {
    const needed = this.#at + (bytes >> 2) + 2;
    if (needed <= this.#words.length) return;
    const larger = new Uint32Array(Math.max(needed, this.#words.length * 2));
    larger.set(this.#words);
    this.#words = larger;
  }

  /** Adds the lowest `count` bits of `value`, at most 24. The caller has made room. */
  put(value: number, count: number): void {
    const before = this.#count;
    this.#open |= value << before;
    const now = before + count;
    if (now < 32) {
      this.#count = now;
      return;
    }
    this.#words[this.#at++] = this.#open;
    this.#open = before === 0 ? 0 : value >>> (32 - before);
    this.#count = now - 32;
  }

  /** Adds the codes of octets: `codes` has the bits of each in the lower 16 places, and their number from place 24 on. */
  putEach(codes: Uint32Array, octets: Uint8Array, from: number, to: number): void {
    this.reserve((to - from) * 2);
    const words = this.#words;
    let at = this.#at;
    let open = this.#open;
    let count = this.#count;
    for (let i = from; i < to; i++) {
      const entry = codes[octets[i] as number] as number;
      const code = entry & 0xffff;
      open |= code << count;
      const now = count + (entry >>> 24);
      if (now >= 32) {
        words[at++] = open;
        open = count === 0 ? 0 : code >>> (32 - count);
        count = now - 32;
      } else count = now;
    }
    this.#at = at;
    this.#open = open;
    this.#count = count;
  }

  /** Adds bits that were coded before. */
  join({ words, length }: Bits): void {
    this.reserve((length >> 3) + 8);
    const out = this.#words;
    const whole = length >>> 5;
    const shift = this.#count;
    let at = this.#at;
    if (shift === 0) {
      for (let i = 0; i < whole; i++) out[at++] = words[i] as number;
    } else {
      const back = 32 - shift;
      let open = this.#open;
      for (let i = 0; i < whole; i++) {
        const word = words[i] as number;
        out[at++] = open | (word << shift);
        open = word >>> back;
      }
      this.#open = open;
    }
    this.#at = at;
    const rest = length & 31;
    if (rest === 0) return;
    const last = words[whole] as number;
    if (rest > 16) {
      this.put(last & 0xffff, 16);
      this.put(last >>> 16, rest - 16);
    } else this.put(last, rest);
  }

  /** Fills up the octet that was begun. */
  align(): void {
    const open = this.#count & 7;
    if (open > 0) this.put(0, 8 - open);
  }

  /** The octets so far, as a view until the next change. Only after {@link align}. */
  bytes(): Buffer {
    this.reserve(4);
    if (this.#count > 0) this.#words[this.#at] = this.#open;
    return Buffer.from(this.#words.buffer, 0, this.#at * 4 + (this.#count >> 3));
  }

  /** The bits so far, as a copy. */
  bits(): Bits {
    this.reserve(4);
    const length = this.#at * 32 + this.#count;
    if (this.#count > 0) this.#words[this.#at] = this.#open;
    return { words: this.#words.slice(0, (length + 31) >> 5), length };
  }
}
