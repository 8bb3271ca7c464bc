import { type Adler, adlerOf } from "./adler.ts";
import { FARTHEST, LONGEST } from "./alphabet.ts";
import { BitSink } from "./bit-sink.ts";
import { endZlib, FixedCoder } from "./fixed-coder.ts";
import { TEXT_CODES } from "./trained.ts";

/** Octets that come again and again in a text, such as the tags of an element: from the second time on they are coded as a repeat. */
export interface Phrase {
  octets: Uint8Array;
  /** Its place among all phrases. */
  index: number;
}

/** Phrases that there may be in the program. */
const PHRASES = 256;
let made = 0;

/** Makes a phrase of 3 to 258 octets (UTF-8). Once, where the program is loaded. */
export function phrase(text: string): Phrase {
  const octets = Buffer.from(text);
  if (octets.length < 3 || octets.length > LONGEST || made === PHRASES) throw new Error(`no phrase: ${text}`);
  return { octets, index: made++ };
}

/** Texts no longer than this are written by a loop: a call into the runtime costs more. */
const SHORT = 32;
const HEX = Buffer.from("0123456789abcdef");

/** What was written: both are views, until the next text begins. */
export interface WrittenText {
  content: Buffer;
  /** Bare deflate data, or a zlib stream, as was asked for. */
  packed: Buffer;
}

/**
 * Writes a text and codes it at the same time, under codes that are known beforehand: no compression looks for repeats, since who
 * writes knows them. Kept from text to text.
 */
export class TextStream {
  readonly #coder = new FixedCoder(TEXT_CODES);
  readonly #sink = new BitSink(1 << 16);
  readonly #last = new Int32Array(PHRASES);
  #bytes = Buffer.allocUnsafeSlow(1 << 16);
  #at = 0;
  #coded = 0;
  #zlib = false;

  /** Begins a text, as a zlib stream for PDF or as bare deflate data for ZIP. */
  begin(zlib: boolean): void {
    this.#at = 0;
    this.#coded = 0;
    this.#zlib = zlib;
    this.#last.fill(-1);
    this.#sink.reset();
    if (zlib) {
      this.#sink.put(0x78, 8);
      this.#sink.put(0x01, 8);
    }
    this.#coder.begin(this.#sink, true);
  }

  /** Writes a phrase. */
  phrase({ octets, index }: Phrase): void {
    const length = octets.length;
    this.#reserve(length);
    this.#bytes.set(octets, this.#at);
    const distance = this.#at - (this.#last[index] as number);
    this.#last[index] = this.#at;
    this.#at += length;
    if (distance > this.#at - length || distance > FARTHEST) return;
    this.#code(this.#at - length);
    this.#coder.repeat(this.#sink, length, distance);
    this.#coded = this.#at;
  }

  /** Writes text of one octet a character: numbers, names of the format. */
  latin(text: string): void {
    const length = text.length;
    this.#reserve(length);
    const bytes = this.#bytes;
    if (length > SHORT) this.#at += bytes.write(text, this.#at, "latin1");
    else for (let i = 0; i < length; i++) bytes[this.#at++] = text.charCodeAt(i);
  }

  /** Writes any text, in UTF-8. */
  utf8(text: string): void {
    this.#reserve(text.length * 3);
    this.#at += this.#bytes.write(text, this.#at, "utf8");
  }

  /** Writes octets as they are. */
  octets(octets: Uint8Array): void {
    this.#reserve(octets.length);
    this.#bytes.set(octets, this.#at);
    this.#at += octets.length;
  }

  /** Writes 16 bits as four hexadecimal digits. */
  hex(value: number): void {
    this.#reserve(4);
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = HEX[value >> 12] as number;
    bytes[at + 1] = HEX[(value >> 8) & 15] as number;
    bytes[at + 2] = HEX[(value >> 4) & 15] as number;
    bytes[at + 3] = HEX[value & 15] as number;
    this.#at = at + 4;
  }

  /** Ends the text. */
  end(): WrittenText {
    this.#code(this.#at);
    this.#coder.end(this.#sink);
    const content = this.#bytes.subarray(0, this.#at);
    if (this.#zlib) endZlib(this.#sink, adlerOf(content) satisfies Adler);
    else this.#sink.align();
    return { content, packed: this.#sink.bytes() };
  }

  /** Codes what was written since, up to a place. */
  #code(to: number): void {
    if (to > this.#coded) this.#coder.octets(this.#sink, this.#bytes, this.#coded, to);
    this.#coded = to;
  }

  #reserve(octets: number): void {
    if (this.#at + octets <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#at + octets, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
