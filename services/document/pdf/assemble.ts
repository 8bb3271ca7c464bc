import { createHash } from "node:crypto";
import { refuseField } from "../../domain/refusal.ts";
import type { PreparedPdf } from "../prepared-pdf.ts";
import type { ObjectBlock } from "./objects.ts";
import type { SignatureDictionary } from "./signature-field.ts";

/** The parts of a file, in their order. */
export interface FileParts {
  /** Objects that all files of a template share. */
  fixed: ObjectBlock;
  /** Objects of this file alone. */
  variable: ObjectBlock;
  signature: SignatureDictionary;
  signatureNumber: number;
  catalogNumber: number;
  infoNumber: number;
  /** File identifier: 32 hexadecimal digits from the data. */
  id: string;
}

/** The second line holds four bytes above 127, so that transfer programs take the file as binary. */
export const HEADER: Buffer = Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1");

/**
 * Puts a file together, with its cross-reference table, and fills in the byte range of the signature. Throws `DATA_INVALID` where
 * the octets of a picture read like the entry by which readers find signatures: the file could be signed, but not verified.
 */
export function assemble(parts: FileParts): PreparedPdf {
  const { fixed, variable, signature } = parts;
  refuseSignatureMark(variable.bytes);
  const signatureHead = `${parts.signatureNumber} 0 obj\n`;
  const signatureObject = Buffer.from(`${signatureHead}${signature.text}\nendobj\n`, "latin1");
  const variableAt = HEADER.length + fixed.bytes.length;
  const signatureAt = variableAt + variable.bytes.length;
  const tableAt = signatureAt + signatureObject.length;
  const offsets = new Map<number, number>([[parts.signatureNumber, signatureAt]]);
  for (const [number, offset] of fixed.offsets) offsets.set(number, HEADER.length + offset);
  for (const [number, offset] of variable.offsets) offsets.set(number, variableAt + offset);
  const bytes = Buffer.concat([
    HEADER,
    fixed.bytes,
    variable.bytes,
    signatureObject,
    Buffer.from(crossReference(offsets, tableAt, parts), "latin1"),
  ]);

  const dictionaryAt = signatureAt + signatureHead.length;
  const start = dictionaryAt + signature.contentsStart;
  const end = dictionaryAt + signature.contentsEnd;
  const byteRange: PreparedPdf["byteRange"] = [0, start, end, bytes.length - end];
  const range = byteRange.slice(1).join(" ").padEnd(signature.rangeRoom);
  bytes.write(range, dictionaryAt + signature.rangeAt, "latin1");
  const hash = createHash("sha256").update(bytes.subarray(0, start)).update(bytes.subarray(end));
  return { bytes, byteRange, digest: hash.digest("hex") };
}

/**
 * Throws `DATA_INVALID` where octets read like the entry by which readers find signatures: the file could be signed, but not verified.
 * No octets of ours do, but those of a picture may.
 */
export function refuseSignatureMark(octets: Buffer): void {
  if (octets.includes("/ByteRange")) {
    const description = "a picture has /ByteRange in its octets, by which readers find signatures";
    throw refuseField(
      "DATA_INVALID",
      "data",
      description,
      "write the picture anew, a little larger or smaller",
      "图片内容恰含签名标记，请将图片略微放大或缩小后重新保存",
    );
  }
}

function crossReference(offsets: ReadonlyMap<number, number>, tableAt: number, parts: FileParts): string {
  const size = offsets.size + 1;
  const rows = ["0000000000 65535 f \n"];
  for (let number = 1; number < size; number++) {
    const offset = offsets.get(number);
    if (offset === undefined) throw new Error(`PDF object ${number} was reserved but not written`);
    rows.push(`${String(offset).padStart(10, "0")} 00000 n \n`);
  }
  const trailer = `<</Size ${size} /Root ${parts.catalogNumber} 0 R /Info ${parts.infoNumber} 0 R /ID [<${parts.id}> <${parts.id}>]>>`;
  return `xref\n0 ${size}\n${rows.join("")}trailer\n${trailer}\nstartxref\n${tableAt}\n%%EOF\n`;
}
