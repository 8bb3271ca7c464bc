import { type PDFContext, PDFName, type PDFObject, type PDFRef, PDFString } from "pdf-lib";
import { canonicalBytes } from "../../domain/canonical.ts";
import type { FaceSource } from "../face-source.ts";
import { deflated, literal, textString } from "./objects.ts";

/** Name under which a PDF/A-3b file embeds the data message. */
export const MESSAGE_FILE = "证照数据电文.json";

/** The file specification that names the embedded message as the data that the page shows (ISO 19005-3 annex E). */
export function messageFileSpec(context: PDFContext, stream: PDFRef): PDFObject {
  return context.obj({
    Type: "Filespec",
    F: literal("(message.json)"),
    UF: textString(MESSAGE_FILE),
    AFRelationship: "Data",
    EF: { F: stream, UF: stream },
  });
}

/** The embedded message in canonical form. Its faces are left out: their digests depend on this very file. */
export function messageFile(context: PDFContext, message: FaceSource, pdfDate: string, level: number): PDFObject {
  const { schema, metadata, data, attachments } = message;
  const bytes = canonicalBytes({ schema, metadata, data, attachments });
  const members = {
    Type: "EmbeddedFile",
    Subtype: PDFName.of("application/json"),
    Params: { Size: bytes.length, ModDate: PDFString.of(pdfDate) },
  };
  return deflated(context, bytes, members, level);
}
