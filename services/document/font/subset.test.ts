import { describe, expect, test } from "vitest";
import { loadFonts } from "./library.ts";
import { glyphOutline } from "./outline.ts";
import { subsetFont } from "./subset.ts";
import { readTrueType } from "./true-type.ts";

const fonts = loadFonts();
const codePoints = (text: string): number[] => Array.from(text, (char) => char.codePointAt(0) as number);

describe("a subset", () => {
  // An accented letter is a composite glyph; the ideographic space is blank.
  const text = "证照Àé　2026年";
  const subset = subsetFont(fonts.regular, codePoints(text));
  // The subset has no OS/2 or name table, which embedding does not need; the whole font's stand in for reading it.
  const read = readTrueType(withTables(subset.bytes));

  test("shows each character with the outline and the width that the whole font has", () => {
    for (const codePoint of codePoints(text)) {
      const glyph = read.glyphOf(codePoint);
      const original = fonts.regular.glyphOf(codePoint);
      expect(glyph).toBe(subset.glyphs.get(codePoint));
      expect(read.advanceOf(glyph)).toBe(fonts.regular.advanceOf(original));
      expect(glyphOutline(read, glyph)).toEqual(glyphOutline(fonts.regular, original));
    }
  });

  test("has the long loca form with even offsets, since odd glyphs vanish in the short form", () => {
    expect(read.table("head").readInt16BE(50)).toBe(1);
    const loca = read.table("loca");
    for (let at = 0; at < loca.length; at += 4) expect(loca.readUInt32BE(at) % 4).toBe(0);
    expect(loca.readUInt32BE(loca.length - 4)).toBe(read.table("glyf").length);
  });

  test("does not depend on the order or the number of the characters", () => {
    const again = subsetFont(fonts.regular, codePoints(`${[...text].reverse().join("")}${text}`));
    expect(again.bytes.equals(subset.bytes)).toBe(true);
  });

  test("shows nothing for halves of characters beyond U+FFFF, which some readers look for, and a box else", () => {
    expect(read.glyphData(0).length).toBeGreaterThan(0);
    const beyond = readTrueType(subsetFont(fonts.regular, codePoints("𫖯证"), { standalone: true }).bytes);
    expect(beyond.glyphData(0).length).toBe(0);
    expect(beyond.glyphData(beyond.glyphOf(0x2b5af)).length).toBeGreaterThan(0);
  });

  test("carries right checksums", () => {
    const { bytes } = subset;
    let sum = 0;
    for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
    expect(sum).toBe(0xb1b0afba);
  });
});

test("a character that the font lacks is an error, not a blank", () => {
  expect(() => subsetFont(fonts.bold, [0x20bb7])).toThrow("U+20bb7");
});

test("the fonts cover the characters of GB 2312 level 1 and 2 that names use", () => {
  const decoder = new TextDecoder("gb2312");
  for (let row = 0xb0; row <= 0xf7; row++) {
    for (let cell = 0xa1; cell <= 0xfe; cell++) {
      const char = decoder.decode(Uint8Array.of(row, cell));
      if (char === "\uFFFD" || char.length !== 1 || /\p{Co}/u.test(char)) continue;
      expect(fonts.regular.glyphOf(char.charCodeAt(0)), char).not.toBe(0);
      expect(fonts.bold.glyphOf(char.charCodeAt(0)), char).not.toBe(0);
    }
  }
});

/** The subset's tables with `name` and `OS/2` of the whole font added. */
function withTables(bytes: Buffer): Buffer {
  const count = bytes.readUInt16BE(4);
  const extra = ["OS/2", "name"].map((tag) => ({ tag, table: fonts.regular.table(tag) }));
  const directory = Buffer.from(bytes.subarray(0, 12 + count * 16));
  const grown = Buffer.alloc(extra.length * 16);
  let offset = bytes.length + grown.length;
  for (let i = 0; i < count; i++) {
    const at = 12 + i * 16 + 8;
    directory.writeUInt32BE(directory.readUInt32BE(at) + grown.length, at);
  }
  extra.forEach(({ tag, table }, i) => {
    grown.write(tag, i * 16, "latin1");
    grown.writeUInt32BE(offset, i * 16 + 8);
    grown.writeUInt32BE(table.length, i * 16 + 12);
    offset += table.length;
  });
  directory.writeUInt16BE(count + extra.length, 4);
  return Buffer.concat([directory, grown, bytes.subarray(12 + count * 16), ...extra.map(({ table }) => table)]);
}
