import { PDFContext, type PDFRef } from "pdf-lib";
import { digestOf } from "../../domain/canonical.ts";
import type { FaceSource } from "../face-source.ts";
import type { FontLibrary } from "../font/library.ts";
import type { AttachedFiles, LaidOutFace } from "../layout/compile-template.ts";
import type { PlacedImage } from "../layout/placed.ts";
import type { PreparedPdf } from "../prepared-pdf.ts";
import { withCodesAsPaths } from "../shape/qr.ts";
import { assemble } from "./assemble.ts";
import { contentOf } from "./content.ts";
import { documentInfo, infoDictionary, xmpPacket } from "./document-info.ts";
import { embedFonts } from "./embed-fonts.ts";
import { type PdfForm, writeFixedPart } from "./fixed-part.ts";
import { embedImage } from "./image.ts";
import { messageFile } from "./message-file.ts";
import { deflated, writeObjects } from "./objects.ts";
import { signatureDictionary } from "./signature-field.ts";

/** Compression of what is made for each certificate. */
const LEVEL = 3;

/**
 * Compiles a laid out face to a function that makes PDFs (1.7, PDF/A-2b or 3b) with an empty PAdES signature. All that does not
 * depend on the message is written and compressed here, once, and copied into each file.
 */
export function compilePdf(
  face: LaidOutFace,
  fonts: FontLibrary,
  digest: string,
  form: PdfForm,
): (message: FaceSource, files?: AttachedFiles) => PreparedPdf {
  const fixed = writeFixedPart(face, fonts, form);
  return (message, files) => {
    const placed = withCodesAsPaths(face.layOut(message, files));
    const info = documentInfo(message.metadata);
    const context = PDFContext.create();
    context.largestObjectNumber = fixed.last;
    const images = new Map<PlacedImage, { name: string; ref: PDFRef }>();
    for (const item of placed) {
      if (item.kind !== "image") continue;
      images.set(item, { name: `I${images.size}`, ref: embedImage(context, item.image) });
    }
    const set = embedFonts(context, placed, fonts, LEVEL);
    const content = contentOf(placed, face.page.height, {
      glyphs: set.glyphs,
      imageName: (item) => images.get(item)?.name ?? "",
    });
    const { reserved } = fixed;
    context.assign(reserved.info, infoDictionary(context, info));
    context.assign(reserved.metadata, context.stream(xmpPacket(info, form), { Type: "Metadata", Subtype: "XML" }));
    context.assign(reserved.contents, deflated(context, `/Face Do\n${content}`, {}, LEVEL));
    context.assign(
      reserved.resources,
      context.obj({
        Font: set.resources,
        XObject: { Face: fixed.face, ...Object.fromEntries([...images.values()].map(({ name, ref }) => [name, ref])) },
      }),
    );
    const { metadata, data, attachments } = message;
    if (reserved.attachment !== undefined) {
      context.assign(reserved.attachment, messageFile(context, message, info.pdfDate, LEVEL));
    }
    return assemble({
      fixed: fixed.block,
      variable: writeObjects(context.enumerateIndirectObjects()),
      signature: signatureDictionary(info.author, info.pdfDate),
      signatureNumber: reserved.signature.objectNumber,
      catalogNumber: reserved.catalog.objectNumber,
      infoNumber: reserved.info.objectNumber,
      id: digestOf({ face: digest, metadata, data, attachments }).slice(0, 32),
    });
  };
}
