import { BoundedMemory } from "../../base/bounded-memory.ts";
import { type QrSegment, qrSegments } from "./qr-segments.ts";
import { contentOctets, tablesOf, type VersionTables } from "./qr-tables.ts";

/** A QR code as rows of bits: 1 is dark, the first module of a row in the highest place of its first octet. */
export interface QrRows {
  /** Modules along a side, without a margin. */
  size: number;
  /** Octets of a row. */
  stride: number;
  rows: Uint8Array;
}

/** What the alphanumeric mode holds, by value (ISO/IEC 18004, table 5). */
const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const MODES = { alphanumeric: 2, byte: 4 } as const;

/** Both files of a certificate show the same code. */
const drawn = new BoundedMemory<string, QrRows>(8);

/** The very code of `qrPath` (level L, one mask), by tables. Throws an `Error` for more than a code holds. */
export function qrRows(text: string): QrRows {
  return drawn.recall(text, () => {
    const parts = qrSegments(text);
    const version = versionOf(parts);
    const tables = tablesOf(version);
    return place(tables, checked(tables, contentOf(parts, version, tables.content)));
  });
}

function countBits(mode: QrSegment["mode"], version: number): number {
  const size = version < 10 ? 0 : version < 27 ? 1 : 2;
  return (mode === "byte" ? [8, 16, 16] : [9, 11, 13])[size] as number;
}

function bitsOf({ data, mode }: QrSegment): number {
  return mode === "byte" ? data.length * 8 : Math.floor(data.length / 2) * 11 + (data.length % 2) * 6;
}

function versionOf(parts: readonly QrSegment[]): number {
  for (let version = 1; version <= 40; version++) {
    let bits = 0;
    for (const part of parts) bits += 4 + countBits(part.mode, version) + bitsOf(part);
    if (bits <= contentOctets(version) * 8) return version;
  }
  throw new Error("the text is longer than a QR code holds");
}

/** The octets of the content, filled up to `size`. */
function contentOf(parts: readonly QrSegment[], version: number, size: number): Uint8Array {
  const octets = new Uint8Array(size);
  let at = 0;
  const put = (value: number, bits: number): void => {
    for (let left = bits; left > 0; ) {
      const room = 8 - (at & 7);
      const taken = Math.min(room, left);
      const piece = (value >> (left - taken)) & ((1 << taken) - 1);
      const octet = at >> 3;
      octets[octet] = (octets[octet] as number) | (piece << (room - taken));
      at += taken;
      left -= taken;
    }
  };
  for (const { data, mode } of parts) {
    put(MODES[mode], 4);
    put(data.length, countBits(mode, version));
    if (mode === "byte") for (const octet of data) put(octet, 8);
    else {
      const values = Uint8Array.from(data, (octet) => ALPHANUMERIC.indexOf(String.fromCharCode(octet)));
      let i = 0;
      for (; i + 1 < values.length; i += 2) put((values[i] as number) * 45 + (values[i + 1] as number), 11);
      if (i < values.length) put(values[i] as number, 6);
    }
  }
  // Up to four zeros end the content; then these two octets in turn.
  at = Math.min(at + 4, size * 8);
  let filler = 0xec;
  for (let octet = (at + 7) >> 3; octet < size; octet++) {
    octets[octet] = filler;
    filler ^= 0xec ^ 0x11;
  }
  return octets;
}

/** Content and checks, one behind the other. */
function checked({ blocks, checks, products, content }: VersionTables, octets: Uint8Array): Uint8Array {
  const out = new Uint8Array(content + blocks.length * checks);
  out.set(octets);
  const rest = new Uint8Array(checks);
  blocks.forEach(([from, to], block) => {
    rest.fill(0);
    for (let i = from; i < to; i++) {
      const factor = ((octets[i] as number) ^ (rest[0] as number)) * checks;
      for (let j = 0; j < checks - 1; j++) rest[j] = (rest[j + 1] as number) ^ (products[factor + j] as number);
      rest[checks - 1] = products[factor + checks - 1] as number;
    }
    out.set(rest, content + block * checks);
  });
  return out;
}

function place({ size, stride, base, octets, bits, order }: VersionTables, words: Uint8Array): QrRows {
  const rows = base.slice();
  let at = 0;
  for (const index of order) {
    const word = words[index] as number;
    for (let bit = 7; bit >= 0; bit--, at++) {
      const octet = octets[at] as number;
      rows[octet] = (rows[octet] as number) ^ ((bits[at] as number) & -((word >> bit) & 1));
    }
  }
  return { size, stride, rows };
}
