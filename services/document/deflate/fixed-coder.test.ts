import { randomBytes, randomInt } from "node:crypto";
import { inflateRawSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { adlerJoined, adlerOf } from "./adler.ts";
import { BitSink } from "./bit-sink.ts";
import { beginZlib, endZlib, FixedCoder } from "./fixed-coder.ts";
import { LiteralReader } from "./literal-reader.ts";
import { phrase, TextStream } from "./text-stream.ts";
import { CODE_ROW_CODES, FONT_TABLE_CODES, GLYPH_CODES, TEXT_CODES } from "./trained.ts";

const TABLES = { GLYPH_CODES, FONT_TABLE_CODES, TEXT_CODES, CODE_ROW_CODES };

/** Octets with repeats among them. */
function someOctets(): Buffer {
  const word = randomBytes(randomInt(1, 40));
  return Buffer.concat(
    Array.from({ length: randomInt(0, 30) }, () => (randomInt(2) ? word : randomBytes(randomInt(9)))),
  );
}

describe.each(Object.entries(TABLES))("deflate under %s", (_name, table) => {
  const coder = new FixedCoder(table);

  test("is read by zlib, pieces coded alone, octets as they come and repeats in any order", () => {
    for (let round = 0; round < 60; round++) {
      const sink = new BitSink(64);
      beginZlib(sink);
      coder.begin(sink, false);
      const [first, second] = [someOctets(), someOctets()];
      coder.octets(sink, first, 0, first.length);
      coder.end(sink);
      coder.begin(sink, true);
      sink.join(coder.piece(second));
      let all = Buffer.concat([first, second]);
      let sum = adlerJoined(adlerOf(first), adlerOf(second));
      if (all.length > 0) {
        const distance = randomInt(1, all.length + 1);
        const length = randomInt(3, 259);
        coder.repeat(sink, length, distance);
        const from = all.length - distance;
        const repeated = Buffer.from(Array.from({ length }, (_, i) => all[from + (i % distance)] as number));
        all = Buffer.concat([all, repeated]);
        sum = adlerJoined(sum, adlerOf(repeated));
      }
      coder.end(sink);
      endZlib(sink, sum);
      expect(inflateSync(sink.bytes()).equals(all)).toBe(true);
    }
  });
});

test("octets that were coded as they are are read without inflating, as many as are asked for, and what is something else ends them", () => {
  const coder = new FixedCoder(FONT_TABLE_CODES);
  const reader = new LiteralReader(FONT_TABLE_CODES);
  for (let round = 0; round < 60; round++) {
    const sink = new BitSink(64);
    const octets = randomBytes(randomInt(3, 900));
    coder.begin(sink, false);
    coder.octets(sink, octets, 0, octets.length);
    coder.repeat(sink, 3, 1);
    coder.end(sink);
    sink.align();
    const stream = Buffer.concat([sink.bytes(), Buffer.alloc(4)]);
    const asked = randomInt(octets.length + 1);
    expect(reader.read(stream, asked).equals(octets.subarray(0, asked))).toBe(true);
    expect(reader.read(stream, octets.length + 50).equals(octets)).toBe(true);
    expect(reader.read(stream.subarray(0, 20), octets.length).length).toBeLessThanOrEqual(160);
  }
  expect(reader.read(Buffer.alloc(0), 10).length).toBe(0);
});

test("a text is read by zlib as it was written, its phrases as repeats near and too far away", () => {
  const stream = new TextStream();
  const often = phrase("<ofd:Often>");
  const seldom = phrase("seldom");
  for (const zlib of [true, false]) {
    stream.begin(zlib);
    let text = "";
    for (let round = 0; round < 3000; round++) {
      stream.phrase(often);
      stream.utf8("证照");
      stream.latin(String(round));
      stream.hex(round);
      text += `<ofd:Often>证照${round}${round.toString(16).padStart(4, "0")}`;
      if (round % 1500 !== 0) continue;
      stream.phrase(seldom);
      text += "seldom";
    }
    const { content, packed } = stream.end();
    expect(content.toString()).toBe(text);
    expect((zlib ? inflateSync(packed) : inflateRawSync(packed)).equals(content)).toBe(true);
    expect(packed.length).toBeLessThan(content.length * 0.7);
  }
});
