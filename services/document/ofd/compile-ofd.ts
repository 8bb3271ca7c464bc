import { canonicalBytes, digestOf } from "../../domain/canonical.ts";
import { rawDeflate } from "../compress.ts";
import type { FaceSource } from "../face-source.ts";
import { type FontLibrary, fontOf, type RunFont } from "../font/library.ts";
import { packedSubset } from "../font/packed-subset.ts";
import type { AttachedFiles, LaidOutFace } from "../layout/compile-template.ts";
import type { Placed, PlacedImage } from "../layout/placed.ts";
import { codePointsByFont } from "../layout/used-characters.ts";
import { mapPath } from "../path.ts";
import * as parts from "./package-files.ts";
import { pageObjects } from "./page-objects.ts";
import { mm } from "./path-object.ts";
import { faceDigest, type PreparedOfd } from "./prepared-ofd.ts";
import { type PackedFile, packedFile, packFile } from "./zip-write.ts";

const { ID, PATH } = parts;

/** Compression of what is made once per template, and of what is made for each certificate. */
const LEVEL = { fixed: 9, perDocument: 3 };

/** How a face is written. */
export interface OfdOptions {
  /** True if an electronic seal will be stamped on it, which brings its own picture. Default false: the page draws the seal. */
  sealed?: boolean;
  /** Attachments that the face shows. */
  files?: AttachedFiles;
}

interface FixedPart {
  /** Template page, with the seal above its objects and without. */
  template: { drawn: PackedFile; sealed: PackedFile };
  customTags: PackedFile;
  fontFiles: PackedFile[];
  fonts: parts.FontEntry[];
  /** Highest number in use. */
  last: number;
}

/**
 * Compiles a laid out face to a function that makes OFD packages (GB/T 33190) without their signature. All that does not
 * depend on the message is written and compressed here, once.
 */
export function compileOfd(
  face: LaidOutFace,
  fonts: FontLibrary,
  digest: string,
  docType: "OFD" | "OFD-A",
): (message: FaceSource, options?: OfdOptions) => PreparedOfd {
  const fixed = writeFixedPart(face, fonts);
  const { x, y, width, height } = face.seal;
  const boundary = [x, y, width, height].map(mm).join(" ");
  return (message, { sealed = false, files } = {}) => {
    const { schema, metadata, data, attachments } = message;
    const placed = face.layOut(message, files);
    let last = fixed.last;
    const nextId = (): number => ++last;
    const images = new Map<PlacedImage, { id: number; format: string; file: string }>();
    for (const item of placed) {
      if (item.kind !== "image") continue;
      const extension = item.image.format === "png" ? "png" : "jpg";
      images.set(item, {
        id: nextId(),
        format: extension.toUpperCase(),
        file: `image_${images.size}.${extension}`,
      });
    }
    const fontId = fontNumbers("data", nextId);
    const { xml, shown } = pageObjects(placed, { fonts, fontId, imageId: (item) => images.get(item)?.id ?? 0 }, nextId);
    const embedded = embedFonts(placed, fonts, "data", fontId, LEVEL.perDocument);
    // The faces are left out: their digests depend on this very package.
    const messageBytes = Buffer.from(canonicalBytes({ schema, metadata, data, attachments }));
    const pack = (path: string, content: Buffer): PackedFile => packFile(path, content, LEVEL.perDocument);
    const docId = digestOf({ face: digest, metadata, data, attachments }).slice(0, 32);
    const packed = [
      pack(PATH.ofd, parts.ofdXml(metadata, docId, docType)),
      pack(PATH.document, parts.documentXml(face.page, last)),
      pack(PATH.publicRes, parts.publicResXml([...fixed.fonts, ...embedded.fonts])),
      pack(PATH.documentRes, parts.documentResXml([...images.values()])),
      sealed ? fixed.template.sealed : fixed.template.drawn,
      pack(PATH.page, parts.pageXml(face.page, xml)),
      ...fixed.fontFiles,
      ...embedded.files,
      ...[...images].map(([item, { file }]) => pack(`${PATH.resources}${file}`, item.image.bytes)),
      fixed.customTags,
      pack(PATH.tags, parts.tagsXml(shown)),
      pack(PATH.attachments, parts.attachmentsXml(metadata, messageBytes.length)),
      pack(PATH.message, messageBytes),
    ];
    return {
      files: packed,
      digest: faceDigest(packed),
      time: metadata.preparedAt,
      stamp: { pageId: ID.page, boundary },
      sealed,
    };
  };
}

function writeFixedPart(face: LaidOutFace, fonts: FontLibrary): FixedPart {
  let last: number = ID.firstObject - 1;
  const nextId = (): number => ++last;
  const fontId = fontNumbers("fixed", nextId);
  const resources = { fonts, fontId, imageId: () => 0 };
  const { xml } = pageObjects(face.fixed, resources, nextId);
  const { x, y, paths } = face.seal;
  const seal = paths.map((item) => ({ ...item, path: mapPath(item.path, [1, 0, 0, 1, x, y]) }));
  const embedded = embedFonts(face.fixed, fonts, "fixed", fontId, LEVEL.fixed);
  const pack = (objects: string): PackedFile => packFile(PATH.template, parts.templateXml(objects), LEVEL.fixed);
  return {
    // Under the data, since OFD cannot multiply colours: what the certificate says stays readable through the ink.
    template: { drawn: pack(xml + pageObjects(seal, resources, nextId).xml), sealed: pack(xml) },
    customTags: packFile(PATH.customTags, parts.customTagsXml(), LEVEL.fixed),
    fontFiles: embedded.files,
    fonts: embedded.fonts,
    last,
  };
}

/** Numbers of the fonts of a part: the weights have their own, those for rare characters get one when they are first used. */
function fontNumbers(part: keyof typeof ID.fonts, nextId: () => number): (name: RunFont) => number {
  const numbers = new Map<RunFont, number>(Object.entries(ID.fonts[part]) as [RunFont, number][]);
  return (name) => {
    const id = numbers.get(name) ?? nextId();
    numbers.set(name, id);
    return id;
  };
}

/** Subsets of the fonts with the characters of these texts. They keep their `cmap`, so that text needs no glyph numbers. */
function embedFonts(
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
