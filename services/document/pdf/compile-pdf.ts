import { PDFContext, type PDFObject, type PDFRef } from "pdf-lib";
import { digestOf } from "../../domain/canonical.ts";
import type { FaceSource } from "../face-source.ts";
import type { FontLibrary } from "../font/library.ts";
import type { AttachedFiles, LaidOutFace } from "../layout/compile-template.ts";
import type { PlacedImage } from "../layout/placed.ts";
import type { PreparedPdf } from "../prepared-pdf.ts";
import { assemble } from "./assemble.ts";
import { contentOf, POINTS_PER_MM } from "./content.ts";
import { documentInfo, infoDictionary, xmpPacket } from "./document-info.ts";
import { embedFonts } from "./embed-fonts.ts";
import { srgbProfile } from "./icc.ts";
import { embedImage } from "./image.ts";
import { MESSAGE_FILE, messageFile, messageFileSpec } from "./message-file.ts";
import { deflated, literal, type ObjectBlock, textString, writeObjects } from "./objects.ts";
import { signatureDictionary } from "./signature-field.ts";

/** Compression of what is made once per template, and of what is made for each certificate. */
const LEVEL = { fixed: 9, perDocument: 3 };

/** Conformance that the file declares; `A-3b` embeds the data message. */
export type PdfForm = "A-2b" | "A-3b";

/** Objects that differ from certificate to certificate, but have the same number in all of them. */
interface Reserved {
  catalog: PDFRef;
  info: PDFRef;
  metadata: PDFRef;
  contents: PDFRef;
  resources: PDFRef;
  signature: PDFRef;
  /** Embedded file with the data message, in PDF/A-3b. */
  attachment: PDFRef | undefined;
}

interface FixedPart {
  block: ObjectBlock;
  reserved: Reserved;
  /** The form that draws the fixed part of the face. */
  face: PDFRef;
  /** Highest object number in use. */
  last: number;
}

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
    const placed = face.layOut(message, files);
    const info = documentInfo(message.metadata);
    const context = PDFContext.create();
    context.largestObjectNumber = fixed.last;
    const images = new Map<PlacedImage, { name: string; ref: PDFRef }>();
    for (const item of placed) {
      if (item.kind !== "image") continue;
      images.set(item, { name: `I${images.size}`, ref: embedImage(context, item.image) });
    }
    const set = embedFonts(context, placed, fonts, LEVEL.perDocument);
    const content = contentOf(placed, face.page.height, {
      glyphs: set.glyphs,
      imageName: (item) => images.get(item)?.name ?? "",
    });
    const { reserved } = fixed;
    context.assign(reserved.info, infoDictionary(context, info));
    context.assign(reserved.metadata, context.stream(xmpPacket(info, form), { Type: "Metadata", Subtype: "XML" }));
    context.assign(reserved.contents, deflated(context, `/Face Do\n${content}`, {}, LEVEL.perDocument));
    context.assign(
      reserved.resources,
      context.obj({
        Font: set.resources,
        XObject: { Face: fixed.face, ...Object.fromEntries([...images.values()].map(({ name, ref }) => [name, ref])) },
      }),
    );
    const { metadata, data, attachments } = message;
    if (reserved.attachment !== undefined) {
      context.assign(reserved.attachment, messageFile(context, message, info.pdfDate, LEVEL.perDocument));
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

function writeFixedPart(face: LaidOutFace, fonts: FontLibrary, form: PdfForm): FixedPart {
  const context = PDFContext.create();
  const [catalog, info, metadata, contents, resources, signature, pages, page, widget] = Array.from({ length: 9 }, () =>
    context.nextRef(),
  ) as [PDFRef, PDFRef, PDFRef, PDFRef, PDFRef, PDFRef, PDFRef, PDFRef, PDFRef];
  const attachment = form === "A-3b" ? context.nextRef() : undefined;
  const attached = attachment === undefined ? undefined : context.register(messageFileSpec(context, attachment));
  const mediaBox = [0, 0, face.page.width * POINTS_PER_MM, face.page.height * POINTS_PER_MM];
  const profile = context.register(deflated(context, srgbProfile(), { N: 3 }, LEVEL.fixed));
  context.assign(
    catalog,
    context.obj({
      Type: "Catalog",
      Pages: pages,
      Metadata: metadata,
      Lang: literal("(zh-CN)"),
      ViewerPreferences: { DisplayDocTitle: true },
      OutputIntents: [
        {
          Type: "OutputIntent",
          S: "GTS_PDFA1",
          OutputConditionIdentifier: literal("(sRGB)"),
          Info: literal("(sRGB IEC61966-2.1)"),
          DestOutputProfile: profile,
        },
      ],
      // 3: the file holds signatures and may only be appended to.
      AcroForm: { Fields: [widget], SigFlags: 3 },
      ...(attached !== undefined && {
        AF: [attached],
        Names: { EmbeddedFiles: { Names: [textString(MESSAGE_FILE), attached] } },
      }),
    }),
  );
  context.assign(pages, context.obj({ Type: "Pages", Kids: [page], Count: 1 }));
  context.assign(
    page,
    context.obj({
      Type: "Page",
      Parent: pages,
      MediaBox: mediaBox,
      Contents: contents,
      Resources: resources,
      Annots: [widget],
    }),
  );
  context.assign(widget, sealWidget(context, face, page, signature));
  const set = embedFonts(context, face.fixed, fonts, LEVEL.fixed);
  const drawing = contentOf(face.fixed, face.page.height, { glyphs: set.glyphs, imageName: () => "" });
  const formMembers = { Type: "XObject", Subtype: "Form", BBox: mediaBox, Resources: { Font: set.resources } };
  const faceRef = context.register(deflated(context, drawing, formMembers, LEVEL.fixed));
  return {
    block: writeObjects(context.enumerateIndirectObjects()),
    reserved: { catalog, info, metadata, contents, resources, signature, attachment },
    face: faceRef,
    last: context.largestObjectNumber,
  };
}

/** The visible part of the signature: the seal, multiplied onto the page as ink would be. */
function sealWidget(context: PDFContext, face: LaidOutFace, page: PDFRef, signature: PDFRef): PDFObject {
  const { x, y, width, height, paths } = face.seal;
  const drawing = contentOf(paths, height, { glyphs: new Map(), imageName: () => "" });
  const appearance = context.register(
    deflated(
      context,
      `/Ink gs\n${drawing}`,
      {
        Type: "XObject",
        Subtype: "Form",
        BBox: [0, 0, width * POINTS_PER_MM, height * POINTS_PER_MM],
        Resources: { ExtGState: { Ink: { Type: "ExtGState", BM: "Multiply" } } },
      },
      LEVEL.fixed,
    ),
  );
  const bottom = face.page.height - y - height;
  return context.obj({
    Type: "Annot",
    Subtype: "Widget",
    FT: "Sig",
    T: textString("电子印章"),
    V: signature,
    P: page,
    Rect: [x, bottom, x + width, bottom + height].map((mm) => mm * POINTS_PER_MM),
    // 132 = print, locked.
    F: 132,
    AP: { N: appearance },
  });
}
