import { rawDeflate } from "../compress.ts";
import { TextStream, type WrittenText } from "../deflate/text-stream.ts";
import type { Drawing } from "../drawing.ts";
import type { FontLibrary } from "../font/library.ts";
import type { LaidOutFace } from "../layout/compile-template.ts";
import type { PlacedCode, PlacedImage } from "../layout/placed.ts";
import { qrRows } from "../shape/qr-rows.ts";
import { type PageResources, type Shown, writeObjects } from "./direct-page.ts";
import { type FixedPart, fontNumbers, writeFixedPart } from "./fixed-part.ts";
import * as parts from "./package-files.ts";
import { mm } from "./path-object.ts";
import { faceDigest, type PreparedOfd } from "./prepared-ofd.ts";
import { qrPng } from "./qr-png.ts";
import { type PackedFile, packedFile, packFile } from "./zip-write.ts";

const { ID, PATH } = parts;

/** Above the number of every object, so that the document's own file is the same in all packages of a template. */
const MAX_ID = 1_000_000;
/** Numbers of pictures begin here, those of fonts for rare characters behind them. */
const RESOURCES = 900_000;

const stream = new TextStream();

/**
 * Compiles a laid out face to a function that writes OFD packages (GB/T 33190) without their signature: the members that all packages of
 * the template share, packed once, then what varies. Nothing is compressed per certificate.
 */
export function compileDirectOfd(
  face: LaidOutFace,
  fonts: FontLibrary,
  docType: "OFD" | "OFD-A",
): (drawing: Drawing, sealed: boolean) => PreparedOfd {
  const fixed = writeFixedPart(face, fonts);
  const { x, y, width, height } = face.seal;
  const boundary = [x, y, width, height].map(mm).join(" ");
  const shared = [
    ...fixed.fontFiles,
    fixed.customTags,
    packFile(PATH.document, parts.documentXml(face.page, MAX_ID), 9),
  ];
  const fixedFiles = {
    drawn: [fixed.template.drawn, ...shared],
    sealed: [fixed.template.sealed, ...shared],
  };
  return (drawing, sealed) => {
    const first = sealed ? fixedFiles.sealed : fixedFiles.drawn;
    const files = [...first, ...variableFiles(drawing, { face, fonts, fixed, docType })];
    const { metadata } = drawing.message;
    return {
      files,
      shared: first.length,
      digest: faceDigest(files),
      time: metadata.preparedAt,
      stamp: { pageId: ID.page, boundary },
      sealed,
    };
  };
}

interface Parts {
  face: LaidOutFace;
  fonts: FontLibrary;
  fixed: FixedPart;
  docType: "OFD" | "OFD-A";
}

function variableFiles(drawing: Drawing, { face, fonts, fixed, docType }: Parts): PackedFile[] {
  const { message, placed, bytes, id } = drawing;
  const { metadata } = message;
  const pictures = picturesOf(drawing);
  let lastResource = RESOURCES + pictures.size;
  const fontId = fontNumbers("data", () => ++lastResource);
  const entries = drawing.fonts.map(({ name, font }) => {
    return { id: fontId(name), weight: name, name: font.name, file: `font_data_${name}.ttf` };
  });
  const resources: PageResources = {
    library: fonts,
    fonts: drawing.fonts,
    fontId,
    imageId: (item) => pictures.get(item)?.id ?? 0,
  };
  const { file: page, shown } = pageFile(face, placed, resources, fixed.last + 1);
  return [
    textFile(PATH.ofd, parts.ofdXml(metadata, id, docType)),
    textFile(PATH.publicRes, parts.publicResXml([...fixed.fonts, ...entries])),
    textFile(PATH.documentRes, parts.documentResXml([...pictures.values()])),
    page,
    ...drawing.fonts.map(({ name, subset }) =>
      packedFile(`${PATH.resources}font_data_${name}.ttf`, subset.bytes, rawDeflate(subset.zlib)),
    ),
    ...[...pictures.values()].map(({ file, content }) => packedFile(`${PATH.resources}${file}`, content, content)),
    textFile(PATH.tags, Buffer.from(parts.tagItems(shown))),
    textFile(PATH.attachments, parts.attachmentsXml(metadata, bytes.length)),
    textFile(PATH.message, bytes),
  ];
}

interface PictureFile {
  id: number;
  format: string;
  file: string;
  content: Buffer;
}

/** Pictures and codes, in drawing order. */
function picturesOf({ placed }: Drawing): Map<PlacedImage | PlacedCode, PictureFile> {
  const files = new Map<PlacedImage | PlacedCode, PictureFile>();
  for (const item of placed) {
    if (item.kind !== "image" && item.kind !== "code") continue;
    const png = item.kind === "code" || item.image.format === "png";
    files.set(item, {
      id: RESOURCES + files.size,
      format: png ? "PNG" : "JPG",
      file: `image_${files.size}.${png ? "png" : "jpg"}`,
      content: item.kind === "code" ? qrPng(qrRows(item.text), item.fill) : item.image.bytes,
    });
  }
  return files;
}

function pageFile(
  { page }: LaidOutFace,
  placed: Drawing["placed"],
  resources: PageResources,
  first: number,
): { file: PackedFile; shown: Shown } {
  const { head, tail } = parts.pageFrame(page);
  stream.begin(false);
  stream.latin(head);
  const shown = writeObjects(stream, placed, resources, first);
  stream.latin(tail);
  return { file: kept(PATH.page, stream.end()), shown };
}

/** A file of text, coded as it stands. */
function textFile(path: string, content: Uint8Array): PackedFile {
  stream.begin(false);
  stream.octets(content);
  return kept(path, stream.end());
}

function kept(path: string, { content, packed }: WrittenText): PackedFile {
  return packedFile(path, Buffer.from(content), Buffer.from(packed));
}
