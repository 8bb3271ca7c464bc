import { PDFContext, type PDFObject, type PDFRef } from "pdf-lib";
import type { FontLibrary } from "../font/library.ts";
import type { LaidOutFace } from "../layout/compile-template.ts";
import { contentOf, POINTS_PER_MM } from "./content.ts";
import { embedFonts } from "./embed-fonts.ts";
import { srgbProfile } from "./icc.ts";
import { MESSAGE_FILE, messageFileSpec } from "./message-file.ts";
import { deflated, literal, type ObjectBlock, textString, writeObjects } from "./objects.ts";

/** Compression of what is made once per template. */
const LEVEL = 9;

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

/** What all files of a template share. */
export interface FixedPart {
  block: ObjectBlock;
  reserved: Reserved;
  /** The form that draws the fixed part of the face. */
  face: PDFRef;
  /** Highest object number in use. */
  last: number;
}

/** Writes and compresses what does not depend on the message. */
export function writeFixedPart(face: LaidOutFace, fonts: FontLibrary, form: PdfForm): FixedPart {
  const context = PDFContext.create();
  const [catalog, info, metadata, contents, resources, signature, pages, page, widget] = Array.from({ length: 9 }, () =>
    context.nextRef(),
  ) as [PDFRef, PDFRef, PDFRef, PDFRef, PDFRef, PDFRef, PDFRef, PDFRef, PDFRef];
  const attachment = form === "A-3b" ? context.nextRef() : undefined;
  const attached = attachment === undefined ? undefined : context.register(messageFileSpec(context, attachment));
  const mediaBox = [0, 0, face.page.width * POINTS_PER_MM, face.page.height * POINTS_PER_MM];
  const profile = context.register(deflated(context, srgbProfile(), { N: 3 }, LEVEL));
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
  const set = embedFonts(context, face.fixed, fonts, LEVEL);
  const drawing = contentOf(face.fixed, face.page.height, { glyphs: set.glyphs, imageName: () => "" });
  const formMembers = { Type: "XObject", Subtype: "Form", BBox: mediaBox, Resources: { Font: set.resources } };
  const faceRef = context.register(deflated(context, drawing, formMembers, LEVEL));
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
      LEVEL,
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
