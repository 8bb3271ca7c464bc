import { Refusal, refuseField } from "../domain/refusal.ts";
import { openZip } from "./ofd/zip-read.ts";
import { readPictureFile } from "./picture/read-picture.ts";

/** Names that seals give the pictures that are read here. */
const FORMATS: Readonly<Record<string, "png" | "jpeg" | "ofd">> = { png: "png", jpg: "jpeg", jpeg: "jpeg", ofd: "ofd" };

/**
 * Holds that the picture of an electronic seal is what its type says: a whole PNG or JPEG, or an OFD package. Refuses
 * (`INVALID_FIELD`, with `field` and the remedy) damaged ones. Pictures of other types, which some seal makers use, are not read.
 */
export function checkSealImage({ type, data }: { type: string; data: Uint8Array }, field: string): void {
  const format = FORMATS[type.toLowerCase()];
  if (format === undefined) return;
  const bytes = Buffer.from(data);
  const remedy = `take a whole picture of type ${type}`;
  if (format !== "ofd") {
    readPictureFile(bytes, format, (what) =>
      refuseField(
        "INVALID_FIELD",
        field,
        `the picture ${what}`,
        remedy,
        `图片不完整或格式不符，请换用完整的${type}图片`,
      ),
    );
    return;
  }
  try {
    if (openZip(bytes).files.has("OFD.xml")) return;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw refuseField(
      "INVALID_FIELD",
      field,
      `the picture is no OFD: ${error.message}`,
      remedy,
      `图片不完整或格式不符，请换用完整的${type}图片`,
    );
  }
  throw refuseField(
    "INVALID_FIELD",
    field,
    "the picture is no OFD: it has no OFD.xml",
    remedy,
    `图片不完整或格式不符，请换用完整的${type}图片`,
  );
}
