import { crc32 } from "node:zlib";
import { type Adler, adlerJoined, NO_OCTETS } from "../deflate/adler.ts";
import { BitSink } from "../deflate/bit-sink.ts";
import { beginZlib, endZlib, FixedCoder } from "../deflate/fixed-coder.ts";
import { CODE_ROW_CODES } from "../deflate/trained.ts";
import type { QrRows } from "../shape/qr-rows.ts";

/**
 * Dots along a side of a module: readers that smooth pictures blur no more than an eighth of it. With eight, an octet of a row is a
 * module, and rows repeat.
 */
const DOTS = 8;
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const END = chunk("IEND", Buffer.alloc(0));

const sink = new BitSink(1 << 16);
let coder: FixedCoder | undefined;

/** A QR code as PNG of two colours: clear, and the one given (`#RRGGBB`). */
export function qrPng(code: QrRows, color: string): Buffer {
  const dots = code.size * DOTS;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(dots, 0);
  header.writeUInt32BE(dots, 4);
  // One bit a dot, colours by palette.
  header[8] = 1;
  header[9] = 3;
  const palette = Buffer.from(`ffffff${color.slice(1)}`, "hex");
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("tRNS", Buffer.from([0])),
    chunk("IDAT", packedRows(code)),
    END,
  ]);
}

/** The rows of dots as zlib stream: each row of modules once, then as seven repeats of itself. */
function packedRows({ size, stride, rows }: QrRows): Buffer {
  coder ??= new FixedCoder(CODE_ROW_CODES);
  beginZlib(sink);
  coder.begin(sink, true);
  const line = new Uint8Array(1 + size);
  let sum: Adler = NO_OCTETS;
  for (let row = 0; row < size; row++) {
    let [dark, weighted] = [0, 0];
    for (let column = 0; column < size; column++) {
      const bit = ((rows[row * stride + (column >> 3)] as number) >> (7 - (column & 7))) & 1;
      line[column + 1] = -bit;
      dark += bit;
      weighted += bit * (size - column);
    }
    coder.octets(sink, line, 0, line.length);
    repeatLine(coder, line.length);
    const one = { a: (1 + 255 * dark) % 65_521, b: (line.length + 255 * weighted) % 65_521, length: line.length };
    const two = adlerJoined(one, one);
    const four = adlerJoined(two, two);
    sum = adlerJoined(sum, adlerJoined(four, four));
  }
  coder.end(sink);
  endZlib(sink, sum);
  return sink.bytes();
}

function repeatLine(by: FixedCoder, length: number): void {
  for (let left = length * (DOTS - 1); left > 0; ) {
    // No repeat is shorter than three octets.
    const step = left > 258 ? Math.min(258, left - 3) : left;
    by.repeat(sink, step, length);
    left -= step;
  }
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
