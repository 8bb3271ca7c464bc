import { canonicalBytes, digestOf } from "../../domain/canonical.ts";
import type { FaceSource } from "../face-source.ts";
import type { FontLibrary } from "../font/library.ts";
import type { AttachedFiles, LaidOutFace } from "../layout/compile-template.ts";
import type { PlacedImage } from "../layout/placed.ts";
import { withCodesAsPaths } from "../shape/qr.ts";
import { embedFonts, fontNumbers, writeFixedPart } from "./fixed-part.ts";
import * as parts from "./package-files.ts";
import { pageObjects } from "./page-objects.ts";
import { mm } from "./path-object.ts";
import { faceDigest, type PreparedOfd } from "./prepared-ofd.ts";
import { type PackedFile, packFile } from "./zip-write.ts";

const { ID, PATH } = parts;

/** Compression of what is made for each certificate. */
const LEVEL = 3;

/** How a face is written. */
export interface OfdOptions {
  /** True if an electronic seal will be stamped on it, which brings its own picture. Default false: the page draws the seal. */
  sealed?: boolean;
  /** Attachments that the face shows. */
  files?: AttachedFiles;
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
    const placed = withCodesAsPaths(face.layOut(message, files));
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
    const embedded = embedFonts(placed, fonts, "data", fontId, LEVEL);
    // The faces are left out: their digests depend on this very package.
    const messageBytes = Buffer.from(canonicalBytes({ schema, metadata, data, attachments }));
    const pack = (path: string, content: Buffer): PackedFile => packFile(path, content, LEVEL);
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
      shared: 0,
      digest: faceDigest(packed),
      time: metadata.preparedAt,
      stamp: { pageId: ID.page, boundary },
      sealed,
    };
  };
}
