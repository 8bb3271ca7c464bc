import { createHash } from "node:crypto";
import { TextStream } from "../deflate/text-stream.ts";
import type { Drawing } from "../drawing.ts";
import type { FontLibrary } from "../font/library.ts";
import type { LaidOutFace } from "../layout/compile-template.ts";
import type { PlacedCode, PlacedImage } from "../layout/placed.ts";
import type { PreparedPdf } from "../prepared-pdf.ts";
import { qrRows } from "../shape/qr-rows.ts";
import { HEADER, refuseSignatureMark } from "./assemble.ts";
import { fontResource } from "./content.ts";
import { writeContent } from "./direct-content.ts";
import { writeFont } from "./direct-font.ts";
import { writeCodeMask, writePicture } from "./direct-image.ts";
import { type DocumentInfo, documentInfo, utf16, xmpPacket } from "./document-info.ts";
import { type FixedPart, type PdfForm, writeFixedPart } from "./fixed-part.ts";
import { ObjectWriter } from "./object-writer.ts";
import { signatureDictionary } from "./signature-field.ts";

const writer = new ObjectWriter();
const stream = new TextStream();

/**
 * Compiles a laid out face to a function that writes PDFs (1.7, PDF/A-2b or 3b) with an empty PAdES signature: the fixed octets of the
 * template, hashed once, then what varies. Nothing is compressed per certificate but pixels that PDF cannot read as they come.
 */
export function compileDirectPdf(
  face: LaidOutFace,
  fonts: FontLibrary,
  form: PdfForm,
): (drawing: Drawing) => PreparedPdf {
  const fixed = writeFixedPart(face, fonts, form);
  const prefix = Buffer.concat([HEADER, fixed.block.bytes]);
  const front = createHash("sha256").update(prefix);
  const rows = fixedRows(fixed);
  return (drawing) => {
    const info = documentInfo(drawing.message.metadata);
    writer.reset();
    const size = writeObjects(drawing, info, { face, fixed, form });
    refuseSignatureMark(writer.written);

    const { reserved } = fixed;
    const signature = signatureDictionary(info.author, info.pdfDate);
    const signatureAt = prefix.length + writer.length;
    writer.object(reserved.signature.objectNumber, signature.text);
    const dictionaryAt = signatureAt + `${reserved.signature.objectNumber} 0 obj\n`.length;
    const tableAt = prefix.length + writer.length;
    writer.latin(`xref\n0 ${size}\n0000000000 65535 f \n${tableOf(rows, size, prefix.length)}`);
    const { catalog, info: about } = reserved;
    writer.latin(
      `trailer\n<</Size ${size} /Root ${catalog.objectNumber} 0 R /Info ${about.objectNumber} 0 R /ID [<${drawing.id}> <${drawing.id}>]>>\nstartxref\n${tableAt}\n%%EOF\n`,
    );

    const bytes = Buffer.allocUnsafeSlow(prefix.length + writer.length);
    bytes.set(prefix);
    bytes.set(writer.written, prefix.length);
    const start = dictionaryAt + signature.contentsStart;
    const end = dictionaryAt + signature.contentsEnd;
    const byteRange: PreparedPdf["byteRange"] = [0, start, end, bytes.length - end];
    bytes.write(byteRange.slice(1).join(" ").padEnd(signature.rangeRoom), dictionaryAt + signature.rangeAt, "latin1");
    const digest = front.copy().update(bytes.subarray(prefix.length, start)).update(bytes.subarray(end)).digest("hex");
    return { bytes, byteRange, digest };
  };
}

interface Parts {
  face: LaidOutFace;
  fixed: FixedPart;
  form: PdfForm;
}

/** Writes all objects but the signature. Returns the number behind the last one. */
function writeObjects(drawing: Drawing, info: DocumentInfo, { face, fixed, form }: Parts): number {
  const { reserved } = fixed;
  let next = fixed.last + 1;
  const images = new Map<PlacedImage | PlacedCode, { name: string; number: number }>();
  for (const item of drawing.placed) {
    if (item.kind !== "image" && item.kind !== "code") continue;
    images.set(item, { name: `I${images.size}`, number: next });
    if (item.kind === "image") next = writePicture(writer, item.image, next);
    else writeCodeMask(writer, qrRows(item.text), next++);
  }
  let fonts = "";
  for (const used of drawing.fonts) {
    const number = writeFont(writer, stream, used, next);
    fonts += `/${fontResource(used.name)} ${number} 0 R `;
    next = number + 1;
  }
  writer.object(
    reserved.info.objectNumber,
    `<</Title ${utf16(info.title)} /Author ${utf16(info.author)} /Creator (ecert) /Producer (ecert) /CreationDate (${info.pdfDate}) /ModDate (${info.pdfDate})>>`,
  );
  writer.stream(reserved.metadata.objectNumber, "/Type /Metadata /Subtype /XML", xmpPacket(info, form));
  const content = writeContent(stream, drawing.placed, face.page.height, {
    fonts: drawing.fonts,
    imageName: (item) => images.get(item)?.name ?? "",
  });
  writer.stream(reserved.contents.objectNumber, "/Filter /FlateDecode", content.packed);
  const shown = [...images.values()].map(({ name, number }) => ` /${name} ${number} 0 R`).join("");
  writer.object(
    reserved.resources.objectNumber,
    `<</Font <<${fonts}>> /XObject <</Face ${fixed.face.objectNumber} 0 R${shown}>>>>`,
  );
  if (reserved.attachment !== undefined) writeMessage(drawing, info, reserved.attachment.objectNumber);
  return next;
}

/** The data message as embedded file (PDF/A-3). */
function writeMessage({ bytes }: Drawing, { pdfDate }: DocumentInfo, number: number): void {
  stream.begin(true);
  stream.octets(bytes);
  const members = `/Type /EmbeddedFile /Subtype /application#2Fjson /Params <</Size ${bytes.length} /ModDate (${pdfDate})>> /Filter /FlateDecode`;
  writer.stream(number, members, stream.end().packed);
}

/** Rows of the cross-reference table by object, for those that stand where they stand in every file. */
function fixedRows({ block }: FixedPart): Map<number, string> {
  return new Map([...block.offsets].map(([number, offset]) => [number, row(HEADER.length + offset)]));
}

function tableOf(rows: ReadonlyMap<number, string>, size: number, start: number): string {
  let table = "";
  for (let number = 1; number < size; number++) {
    const offset = writer.offsets.get(number);
    const known = offset === undefined ? rows.get(number) : row(start + offset);
    if (known === undefined) throw new Error(`PDF object ${number} was reserved but not written`);
    table += known;
  }
  return table;
}

function row(offset: number): string {
  return `${String(offset).padStart(10, "0")} 00000 n \n`;
}
