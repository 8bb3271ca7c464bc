import { SYMBOLS } from "./alphabet.ts";
import { BitSink } from "./bit-sink.ts";
import { type CodeTable, FixedCoder } from "./fixed-coder.ts";
import { codesOf, LONGEST_CODE } from "./huffman.ts";

const MASK = (1 << LONGEST_CODE.symbols) - 1;
/** Bits by which most octets are told: a table that stays near. */
const OFTEN = 1023;

/**
 * Reads octets that a {@link FixedCoder} coded as they are, in the first block of bare deflate data. A look-up for each; general inflating would make a
 * decoder of the block first. What it reads of other streams is anything: whoever asks compares.
 */
export class LiteralReader {
  /** By the next bits of a stream: the octet, and from place 8 on the length of its code; 0 for what is no octet. */
  readonly #octets = new Uint16Array(MASK + 1);
  readonly #often = new Uint16Array(OFTEN + 1);
  /** Bits in front of the first octet. */
  readonly #begin: number;

  constructor(table: CodeTable) {
    const sink = new BitSink(1024);
    new FixedCoder(table).begin(sink, false);
    this.#begin = sink.bits().length;
    const codes = codesOf(Uint8Array.from(table.literals, (digit) => Number.parseInt(digit, 16)));
    for (let octet = 0; octet < SYMBOLS.end; octet++) {
      const code = codes[octet] as number;
      const length = code >>> 24;
      for (let bits = code & 0xffff; bits <= MASK; bits += 1 << length) {
        this.#octets[bits] = octet | (length << 8);
        if (1 << length <= OFTEN + 1) this.#often[bits & OFTEN] = octet | (length << 8);
      }
    }
  }

  /** The first `count` octets of a stream, fewer where it has something else before. */
  read(stream: Uint8Array, count: number): Buffer {
    const out = Buffer.alloc(count);
    const often = this.#often;
    const octets = this.#octets;
    let at = (this.#begin >> 3) + 1;
    let open = (stream[at - 1] ?? 0) >> (this.#begin & 7);
    let bits = 8 - (this.#begin & 7);
    for (let i = 0; i < count; i++) {
      if (bits < LONGEST_CODE.symbols) {
        if (at >= stream.length) return out.subarray(0, i);
        open |= (((stream[at + 1] as number) << 8) | (stream[at] as number)) << bits;
        at += 2;
        bits += 16;
      }
      const found = (often[open & OFTEN] as number) || (octets[open & MASK] as number);
      if (found === 0) return out.subarray(0, i);
      out[i] = found;
      open >>>= found >> 8;
      bits -= found >> 8;
    }
    return out;
  }
}
