import { randomBytes, randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { packText, type Text, unpackText } from "./text-pack.ts";
import { USUAL } from "./usual-octets.ts";

/** Octets with repeats in them, of what is usual too. */
function someOctets(): Buffer {
  const word = randomBytes(randomInt(1, 400));
  const parts = Array.from({ length: randomInt(0, 30) }, () => {
    const from = randomInt(USUAL.length);
    return [
      word,
      randomBytes(randomInt(400)),
      USUAL.subarray(from, from + randomInt(200)),
      Buffer.alloc(randomInt(99)),
    ];
  });
  return Buffer.concat(parts.map((some) => some[randomInt(some.length)] as Buffer));
}

test("texts come out as they went in, packed before or not, whatever repeats in them", () => {
  for (let round = 0; round < 300; round++) {
    const texts = Array.from({ length: randomInt(6) }, (): Text => ({ octets: someOctets(), dense: randomInt(2) > 0 }));
    const all = Buffer.concat(texts.map(({ octets }) => octets));
    const packed = Buffer.from(packText(texts));
    expect(unpackText(packed, all.length).equals(all)).toBe(true);
    expect(Buffer.from(packText(texts)).equals(packed)).toBe(true);
  }
});

test("what repeats takes next to nothing, and what repeats nothing little more than itself", () => {
  expect(packText([{ octets: USUAL.subarray(100, 4_000) }]).length).toBeLessThan(10);
  expect(packText([{ octets: Buffer.alloc(100_000) }]).length).toBeLessThan(20);
  for (const dense of [true, false])
    expect(packText([{ octets: randomBytes(100_000), dense }]).length).toBeLessThan(100_100);
});

test("what is cut off, goes on, reaches too far back or gives another number of octets is refused", () => {
  const octets = Buffer.concat([randomBytes(300), USUAL.subarray(0, 300), randomBytes(40)]);
  const packed = Buffer.from(packText([{ octets }]));
  for (let end = 0; end < packed.length; end++)
    expect(() => unpackText(packed.subarray(0, end), octets.length)).toThrow("packed octets that");
  expect(() => unpackText(Buffer.concat([packed, Buffer.of(0)]), octets.length)).toThrow("more behind them");
  expect(() => unpackText(packed, octets.length - 1)).toThrow("packed octets");
  expect(() => unpackText(packed, octets.length + 1)).toThrow("packed octets");
  // One octet, then a repeat of four from before all that there is, and from nowhere.
  expect(() => unpackText(Buffer.of(0x10, 0x41, 0xff, 0xff, 0x7f), 5)).toThrow("repeat nothing");
  expect(() => unpackText(Buffer.of(0x10, 0x41, 0), 5)).toThrow("repeat nothing");
});

test("damaged octets are refused or give others, and never more than was told", () => {
  const octets = someOctets();
  const packed = Buffer.from(packText([{ octets }]));
  for (let round = 0; round < 2_000 && packed.length > 0; round++) {
    const damaged = Buffer.from(packed);
    damaged[randomInt(damaged.length)] = randomInt(256);
    try {
      expect(unpackText(damaged, octets.length).length).toBe(octets.length);
    } catch (error) {
      expect((error as Error).message).toMatch(/^packed octets/);
    }
  }
});
