import { crc32 } from "node:zlib";
import { sha256Hex } from "../../domain/canonical.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { FaceSource } from "../face.ts";
import type { Picture } from "./placed.ts";

/** Largest picture on a face, in bytes, and its largest side in pixels. */
const MAX_BYTES = 512 * 1024;
const MAX_SIDE = 4000;
const PNG_SIGNATURE = "89504e470d0a1a0a";

/**
 * Reads a picture given as `data:` URI. Takes baseline or progressive JPEG in grey or colour, and PNG of 8 bits in grey or
 * colour, without transparency or interlacing: forms that all file formats embed as they are. Throws `DATA_INVALID`
 * naming the field for anything else.
 */
export function readPicture(uri: string, field: string): Picture {
  const match = /^data:image\/(png|jpeg);base64,([A-Za-z0-9+/]+={0,2})$/.exec(uri);
  if (match === null) throw invalidPicture(field, "is not a data URI of a PNG or JPEG picture");
  return decode(Buffer.from(match[2] as string, "base64"), match[1] as "png" | "jpeg", field);
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
): { image: Picture; field: string } | undefined {
  const index = attachments.findIndex((attachment) => attachment.name === name);
  const attachment = attachments[index];
  if (attachment === undefined) return undefined;
  const field = `attachments[${index}]`;
  const content = files.get(attachment.sha256);
  if (content === undefined || sha256Hex(content) !== attachment.sha256) {
    throw refuseField(
      "ATTACHMENT_REFUSED",
      field,
      "is shown on the face, but its content is not at hand",
      "send it along",
    );
  }
  if (attachment.mediaType !== "image/png" && attachment.mediaType !== "image/jpeg") {
    throw refuseField("ATTACHMENT_REFUSED", field, "is shown on the face, but is no picture", "send a PNG or a JPEG");
  }
  const format = attachment.mediaType === "image/png" ? "png" : "jpeg";
  return { image: decode(Buffer.from(content), format, field), field };
}

function invalidPicture(field: string, what: string): Refusal {
  return refuseField("DATA_INVALID", field, what, "provide a PNG (8 bit, no transparency, not interlaced) or a JPEG");
}

function decode(bytes: Buffer, format: Picture["format"], field: string): Picture {
  const invalid = (what: string): Refusal => invalidPicture(field, what);
  if (bytes.length > MAX_BYTES) throw invalid(`picture is larger than ${MAX_BYTES} bytes`);
  const picture = format === "png" ? readPng(bytes) : readJpeg(bytes);
  if (picture === undefined) throw invalid("picture is damaged or of a form that faces do not take");
  if (Math.max(picture.width, picture.height) > MAX_SIDE || Math.min(picture.width, picture.height) < 1) {
    throw invalid(`picture has sides outside 1 to ${MAX_SIDE} pixels`);
  }
  return picture;
}

function readPng(bytes: Buffer): Picture | undefined {
  if (bytes.length < 45 || bytes.toString("hex", 0, 8) !== PNG_SIGNATURE) return undefined;
  if (bytes.toString("latin1", 12, 16) !== "IHDR") return undefined;
  const [depth, type, interlace] = [bytes[24], bytes[25], bytes[28]];
  if (depth !== 8 || (type !== 0 && type !== 2) || interlace !== 0) return undefined;
  if (pngData(bytes).length === 0) return undefined;
  return {
    format: "png",
    bytes,
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    channels: type === 2 ? 3 : 1,
  };
}

/** The compressed pixels of a PNG: its IDAT chunks put together, empty if it is cut short or a chunk is damaged. */
export function pngData(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > bytes.length || crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) {
      return Buffer.alloc(0);
    }
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") chunks.push(bytes.subarray(at + 8, at + 8 + length));
    at = end;
  }
  return Buffer.concat(chunks);
}

function readJpeg(bytes: Buffer): Picture | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 10 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] as number;
    const frame = marker >= 0xc0 && marker <= 0xc2;
    if (frame) {
      const channels = bytes[at + 9];
      if (bytes[at + 4] !== 8 || (channels !== 1 && channels !== 3)) return undefined;
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      return { format: "jpeg", bytes, width, height, channels };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
