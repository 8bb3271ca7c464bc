import { rawDeflate } from "../compress.ts";
import { type FontLibrary, fontOf, type RunFont } from "../font/library.ts";
import { packedSubset } from "../font/packed-subset.ts";
import type { LaidOutFace } from "../layout/compile-template.ts";
import type { Placed } from "../layout/placed.ts";
import { codePointsByFont } from "../layout/used-characters.ts";
import { mapPath } from "../path.ts";
import * as parts from "./package-files.ts";
import { pageObjects } from "./page-objects.ts";
import { type PackedFile, packedFile, packFile } from "./zip-write.ts";

const { ID, PATH } = parts;

/** Compression of what is made once per template. */
const LEVEL = 9;

/** What all packages of a template share. */
export interface FixedPart {
  /** Template page, with the seal above its objects and without. */
  template: { drawn: PackedFile; sealed: PackedFile };
  customTags: PackedFile;
  fontFiles: PackedFile[];
  fonts: parts.FontEntry[];
  /** Highest number in use. */
  last: number;
}

/** Writes and compresses what does not depend on the message. */
export function writeFixedPart(face: LaidOutFace, fonts: FontLibrary): FixedPart {
  let last: number = ID.firstObject - 1;
  const nextId = (): number => ++last;
  const fontId = fontNumbers("fixed", nextId);
  const resources = { fonts, fontId, imageId: () => 0 };
  const { xml } = pageObjects(face.fixed, resources, nextId);
  const { x, y, paths } = face.seal;
  const seal = paths.map((item) => ({ ...item, path: mapPath(item.path, [1, 0, 0, 1, x, y]) }));
  const embedded = embedFonts(face.fixed, fonts, "fixed", fontId, LEVEL);
  const pack = (objects: string): PackedFile => packFile(PATH.template, parts.templateXml(objects), LEVEL);
  return {
    // Under the data, since OFD cannot multiply colours: what the certificate says stays readable through the ink.
    template: { drawn: pack(xml + pageObjects(seal, resources, nextId).xml), sealed: pack(xml) },
    customTags: packFile(PATH.customTags, parts.customTagsXml(), LEVEL),
    fontFiles: embedded.files,
    fonts: embedded.fonts,
    last,
  };
}

/** Numbers of the fonts of a part: the weights have their own, those for rare characters get one when they are first used. */
export function fontNumbers(part: keyof typeof ID.fonts, nextId: () => number): (name: RunFont) => number {
  const numbers = new Map<RunFont, number>(Object.entries(ID.fonts[part]) as [RunFont, number][]);
  return (name) => {
    const id = numbers.get(name) ?? nextId();
    numbers.set(name, id);
    return id;
  };
}

/** Subsets of the fonts with the characters of these texts. They keep their `cmap`, so that text needs no glyph numbers. */
export function embedFonts(
  placed: readonly Placed[],
  fonts: FontLibrary,
  part: keyof typeof ID.fonts,
  fontId: (name: RunFont) => number,
  level: number,
): { files: PackedFile[]; fonts: parts.FontEntry[] } {
  const made: { files: PackedFile[]; fonts: parts.FontEntry[] } = { files: [], fonts: [] };
  for (const [name, codePoints] of codePointsByFont(placed)) {
    const font = fontOf(fonts, name);
    const file = `font_${part}_${name}.ttf`;
    const { bytes, zlib } = packedSubset(font, codePoints, level);
    made.files.push(packedFile(`${PATH.resources}${file}`, bytes, rawDeflate(zlib)));
    made.fonts.push({ id: fontId(name), weight: name, name: font.name, file });
  }
  return made;
}
