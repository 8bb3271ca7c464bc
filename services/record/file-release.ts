import { inflateSync } from "node:zlib";
import { type File, FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { GrantedItem } from "../domain/usage-grant.ts";

/** What stands in every PDF of ours with an embedded file (ISO 32000-1, 7.11.4), and in no other: their dictionaries are not compressed. */
const EMBEDS = "/EmbeddedFile";
/** Largest embedded data message that is read, in bytes. */
const MAX_MESSAGE_BYTES = 32 << 20;

/**
 * Gives the file if its content may be released. Which form may be fetched is decided before; but a template may have the PDF embed
 * the data message (PDF/A-3b), as only its content tells, and it then needs the right to every data item (5.9.6). `dataItems` are
 * those of the certificate; where they are not known here, the embedded message itself tells them. Throws `USAGE_NOT_ALLOWED`
 * for one that is not granted, and for an embedded file that cannot be read.
 */
export function releasableFile(file: File, granted: Pick<GrantedItem, "fields">, dataItems?: readonly string[]): File {
  if (file.format !== FileFormat.PDF) return file;
  const { buffer, byteOffset, byteLength } = file.content;
  const pdf = Buffer.from(buffer, byteOffset, byteLength);
  if (!pdf.includes(EMBEDS)) return file;
  const names = dataItems ?? embeddedDataItems(pdf);
  if (names?.every((name) => granted.fields.includes(name))) return file;
  const description = "this PDF embeds the data message with every data item, and not every one may be extracted";
  const remedy = "have every data item of the item granted to the matter, or extract those that are";
  const localized = "该PDF内嵌含全部数据项的数据文件，其中有不得提取的，请为事项申请全部数据项，或只提取已获准的字段";
  const fields = [{ field: "format", description, remedy, localized }];
  throw new Refusal("USAGE_NOT_ALLOWED", "the PDF holds more than may be extracted", { fields });
}

/** Names of the data items of the one message that a PDF embeds, written as our own are; `undefined` for anything else. */
function embeddedDataItems(pdf: Buffer): string[] | undefined {
  const found = [...pdf.toString("latin1").matchAll(/\/Type \/EmbeddedFile\s[\s\S]{0,500}?>>\nstream\r?\n/g)];
  const [only] = found;
  if (!only || found.length > 1) return undefined;
  try {
    const message = inflateSync(pdf.subarray(only.index + only[0].length), { maxOutputLength: MAX_MESSAGE_BYTES });
    return Object.keys(JSON.parse(message.toString("utf8")).data);
  } catch {
    return undefined;
  }
}
