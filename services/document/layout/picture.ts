import { BoundedMemory } from "../../base/bounded-memory.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { FaceSource } from "../face-source.ts";
import { readPictureFile } from "../picture/read-picture.ts";
import type { Picture } from "./placed.ts";

/** A picture of the message, and the field that it comes from. */
export interface BoundPicture {
  image: Picture;
  field: string;
}

/** Pictures that were read last, by digest: those of one certificate, for its second face. */
const KEPT = 4;
const read = new BoundedMemory<string, Picture>(KEPT);

/** Reads a picture given as `data:` URI of a PNG or JPEG. Throws `DATA_INVALID`, naming the field, for anything else. */
export function readPicture(uri: string, field: string): Picture {
  const match = /^data:image\/(png|jpeg);base64,([A-Za-z0-9+/]+={0,2})$/.exec(uri);
  if (match === null) {
    const remedy = "provide one, or attach the picture and let the template name the attachment";
    throw refuseField(
      "DATA_INVALID",
      field,
      "is not a data URI of a PNG or JPEG picture",
      remedy,
      "不是PNG或JPEG图片的data URI，请提供图片，或改为附件并由模板引用",
    );
  }
  const bytes = Buffer.from(match[2] as string, "base64");
  return remembered(bytes, sha256Hex(bytes), match[1] as "png" | "jpeg", "DATA_INVALID", field);
}

/**
 * The picture in the message's attachment of this name, `undefined` where it has none. The content is taken from `files`
 * by the digest that the message gives, so it is the one that was signed. Throws `ATTACHMENT_REFUSED` if it is not among
 * them or differs, or is not a picture that faces take.
 */
export function attachedPicture(
  name: string,
  { attachments }: FaceSource,
  files: ReadonlyMap<string, Uint8Array>,
): BoundPicture | undefined {
  const index = attachments.findIndex((attachment) => attachment.name === name);
  const attachment = attachments[index];
  if (attachment === undefined) return undefined;
  const field = `attachments[${index}]`;
  const { mediaType, sha256 } = attachment;
  if (mediaType !== "image/png" && mediaType !== "image/jpeg") {
    throw refuseField(
      "ATTACHMENT_REFUSED",
      field,
      "is shown on the face, but is no picture",
      "send a PNG or a JPEG",
      "照面需显示该附件，但它不是图片，请改为PNG或JPEG",
    );
  }
  const content = files.get(sha256);
  if (content === undefined || sha256Hex(content) !== sha256) {
    throw refuseField(
      "ATTACHMENT_REFUSED",
      field,
      "is shown on the face, but its content is not at hand",
      "send it along",
      "照面需显示该附件，但缺少其内容，请一并提交",
    );
  }
  const format = mediaType === "image/png" ? "png" : "jpeg";
  return { image: remembered(Buffer.from(content), sha256, format, "ATTACHMENT_REFUSED", field), field };
}

function remembered(
  bytes: Buffer,
  sha256: string,
  format: Picture["format"],
  reason: "DATA_INVALID" | "ATTACHMENT_REFUSED",
  field: string,
): Picture {
  return read.recall(`${format} ${sha256}`, () =>
    readPictureFile(bytes, format, (what) =>
      refuseField(
        reason,
        field,
        `the picture ${what}`,
        "send a JPEG or PNG that image programs show upright",
        "图片无法使用，请换用看图软件能正常显示的PNG或JPEG图片",
      ),
    ),
  );
}
