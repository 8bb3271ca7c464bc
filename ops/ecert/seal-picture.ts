import { extname } from "node:path";
import { sealImage } from "../../services/document/ofd/seal-image.ts";
import { parseSealPicture } from "../../services/document/parse-template.ts";
import { checkSealImage } from "../../services/document/seal-image-check.ts";
import { refuseArgument } from "../../services/domain/refusal.ts";
import type { SealImage } from "../../services/trust/seal/form.ts";
import { readNamed } from "./seal-arguments.ts";

/** Formats of pictures by the end of a file's name, as seals name them. */
const FORMATS: Readonly<Record<string, string>> = { ".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".ofd": "ofd" };

/**
 * The picture of a seal from a file: drawn from the register's JSON, or as it is, with its size in mm. Throws `INVALID_FIELD`
 * for unknown formats, damaged pictures, and a size that is missing.
 */
export function pictureOf(file: string, size: string | undefined): SealImage {
  const end = extname(file).toLowerCase();
  const data = readNamed(file, "--picture");
  if (end === ".json") return sealImage(parseSealPicture(data.toString("utf8")));
  const type = FORMATS[end];
  if (type === undefined) {
    const known = `one of .json ${Object.keys(FORMATS).join(" ")}`;
    throw refuseArgument("INVALID_FIELD", "--picture", `${file}: unknown format`, known);
  }
  checkSealImage({ type, data }, "--picture");
  const [, width, height] = /^(\d{1,3})[x×*](\d{1,3})$/.exec(size ?? "") ?? [];
  if (width === undefined)
    throw refuseArgument("INVALID_FIELD", "--size", "is needed for this picture", "in mm, for example --size 42x42");
  return { type, data, width: Number(width), height: Number(height) };
}
