import { type Adler, adlerValue } from "./adler.ts";
import {
  distanceCodes,
  distanceExtra,
  distanceFirst,
  lengthCodes,
  lengthExtra,
  lengthFirst,
  SYMBOLS,
} from "./alphabet.ts";
import { BitSink, type Bits } from "./bit-sink.ts";
import { blockHeader } from "./block-header.ts";
import { type Codes, codesOf } from "./huffman.ts";
import { cheapestTokens } from "./tokens.ts";

/** Code lengths that were trained once: a digit to base 16 for each symbol. Every octet has a code. */
export interface CodeTable {
  literals: string;
  distances: string;
}

/**
 * Deflate (RFC 1951) under codes that are known beforehand. Coding is a look-up, and what is coded once, such as a glyph, is joined
 * to others by shifting. The streams are ordinary ones: each block tells its codes.
 */
export class FixedCoder {
  readonly #literals: Codes;
  readonly #distances: Codes;
  readonly #prices: { literals: Uint8Array; distances: Uint8Array };
  readonly #header: Bits;

  /** The lengths that it codes by. */
  readonly table: CodeTable;

  constructor(table: CodeTable) {
    this.table = table;
    const lengthsOf = (digits: string): Uint8Array => Uint8Array.from(digits, (digit) => Number.parseInt(digit, 16));
    this.#prices = { literals: lengthsOf(table.literals), distances: lengthsOf(table.distances) };
    this.#literals = codesOf(this.#prices.literals);
    this.#distances = codesOf(this.#prices.distances);
    this.#header = blockHeader(this.#prices.literals, this.#prices.distances);
  }

  /** Begins a block; `last`: no other follows. */
  begin(sink: BitSink, last: boolean): void {
    sink.reserve(256);
    sink.put(last ? 1 : 0, 1);
    sink.put(2, 2);
    sink.join(this.#header);
  }

  /** Ends the block. */
  end(sink: BitSink): void {
    sink.reserve(8);
    this.#put(sink, this.#literals[SYMBOLS.end] as number);
  }

  /** Codes octets as they are. */
  octets(sink: BitSink, bytes: Uint8Array, from: number, to: number): void {
    sink.putEach(this.#literals, bytes, from, to);
  }

  /** Codes a repeat of 3 to 258 octets that stand `distance` before. */
  repeat(sink: BitSink, length: number, distance: number): void {
    sink.reserve(16);
    const symbol = lengthCodes[length] as number;
    this.#put(sink, this.#literals[SYMBOLS.firstLength + symbol] as number);
    if ((lengthExtra[symbol] as number) > 0)
      sink.put(length - (lengthFirst[symbol] as number), lengthExtra[symbol] as number);
    const code = distanceCodes[distance] as number;
    this.#put(sink, this.#distances[code] as number);
    if ((distanceExtra[code] as number) > 0)
      sink.put(distance - (distanceFirst[code] as number), distanceExtra[code] as number);
  }

  /** Octets coded by themselves in the fewest bits, to be joined to others. */
  piece(bytes: Uint8Array): Bits {
    const sink = new BitSink(bytes.length * 2 + 64);
    for (const token of cheapestTokens(bytes, this.#prices)) {
      if (token < 0) this.repeat(sink, -token >> 16, -token & 0xffff);
      else {
        sink.reserve(8);
        this.#put(sink, this.#literals[token] as number);
      }
    }
    return sink.bits();
  }

  #put(sink: BitSink, code: number): void {
    sink.put(code & 0xffff, code >>> 24);
  }
}

/** Begins a zlib stream (RFC 1950). */
export function beginZlib(sink: BitSink): void {
  sink.reset();
  sink.put(0x78, 8);
  sink.put(0x01, 8);
}

/** Ends a zlib stream with the sum of its content. */
export function endZlib(sink: BitSink, sum: Adler): void {
  sink.align();
  sink.reserve(8);
  const value = adlerValue(sum);
  for (const shift of [24, 16, 8, 0]) sink.put((value / 2 ** shift) & 0xff, 8);
}
