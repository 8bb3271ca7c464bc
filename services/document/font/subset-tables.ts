import type { TrueTypeFont } from "./true-type.ts";

/** Tables of a subset that stands by itself and in the number of glyphs alone depends on its characters. */
export interface SharedTables {
  "OS/2": Buffer;
  head: Buffer;
  hhea: Buffer;
  maxp: Buffer;
  name: Buffer;
  post: Buffer;
}

/** The tables that all subsets of a font share: `head` without its sum, `hhea` and `maxp` without their numbers. */
export function sharedTables(font: TrueTypeFont): SharedTables {
  const head = Buffer.from(font.table("head"));
  head.writeUInt32BE(0, 8);
  return {
    "OS/2": font.table("OS/2"),
    head,
    hhea: font.table("hhea"),
    maxp: font.table("maxp"),
    name: writeNames(font.name),
    post: writePost(),
  };
}

/** Family, style, full and PostScript name, for Windows in English. */
export function writeNames(name: string): Buffer {
  const [family = name, style = "Regular"] = name.split("-");
  const texts = new Map([
    [1, family],
    [2, style],
    [4, name],
    [6, name],
  ]);
  const header = Buffer.alloc(6 + texts.size * 12);
  header.writeUInt16BE(texts.size, 2);
  header.writeUInt16BE(header.length, 4);
  const strings: Buffer[] = [];
  let [at, offset] = [6, 0];
  for (const [id, text] of texts) {
    const string = Buffer.from(text, "utf16le").swap16();
    for (const value of [3, 1, 0x409, id, string.length, offset]) {
      header.writeUInt16BE(value, at);
      at += 2;
    }
    strings.push(string);
    offset += string.length;
  }
  return Buffer.concat([header, ...strings]);
}

/** A `post` table of version 3: no glyph names. */
export function writePost(): Buffer {
  const post = Buffer.alloc(32);
  post.writeUInt32BE(0x00030000, 0);
  return post;
}
