import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { SubsetJoiner } from "./join-subset.ts";
import { loadFonts } from "./library.ts";
import { glyphOutline } from "./outline.ts";
import { readTrueType } from "./true-type.ts";

const fonts = loadFonts();
const sorted = (text: string): Uint32Array =>
  Uint32Array.from(new Set(Array.from(text, (char) => char.codePointAt(0) as number))).sort();

describe("a subset joined out of coded glyphs", () => {
  // An accented letter is a composite glyph; the ideographic space is blank; the last is beyond U+FFFF.
  const codePoints = sorted("证照Àéǖ　 2026年（一）ABC");
  const subset = new SubsetJoiner(fonts.regular).join(codePoints);
  const read = readTrueType(subset.bytes);

  test("shows each character with the outline and the width that the whole font has", () => {
    codePoints.forEach((codePoint, index) => {
      const glyph = read.glyphOf(codePoint);
      const original = fonts.regular.glyphOf(codePoint);
      expect(glyph).toBe(index + 1);
      expect(subset.advances[glyph]).toBe(fonts.regular.advanceOf(original));
      expect(read.advanceOf(glyph)).toBe(fonts.regular.advanceOf(original));
      expect(read.bearingOf(glyph)).toBe(fonts.regular.bearingOf(original));
      expect(glyphOutline(read, glyph)).toEqual(glyphOutline(fonts.regular, original));
    });
  });

  test("is the same file packed", () => {
    expect(inflateSync(subset.zlib).equals(subset.bytes)).toBe(true);
  });

  test("has sums that add up to what the format asks for", () => {
    let sum = 0;
    for (let at = 0; at < subset.bytes.length; at += 4) sum = (sum + subset.bytes.readUInt32BE(at)) >>> 0;
    expect(sum).toBe(0xb1b0afba);
  });

  test("is the same whatever was joined before", () => {
    const joiner = new SubsetJoiner(fonts.regular);
    joiner.join(sorted("别的字"));
    expect(joiner.join(codePoints).zlib.equals(subset.zlib)).toBe(true);
  });
});

test("a character that the font lacks is an error, not a blank", () => {
  expect(() => new SubsetJoiner(fonts.bold).join(Uint32Array.of(0x20bb7))).toThrow("U+20bb7");
});

test("nothing shows for halves of characters beyond U+FFFF, which some readers look for", () => {
  const { bytes } = new SubsetJoiner(fonts.regular).join(sorted("𫖯证"));
  expect(readTrueType(bytes).glyphData(0).length).toBe(0);
});
