import { crc32 } from "node:zlib";
import type { Picture } from "../layout/placed.ts";
import { readJpeg } from "./jpeg.ts";
import { MAX_PICTURE_BYTES, type PictureFault } from "./limits.ts";
import { COLOR, type Png, readPng, rowBytes } from "./png.ts";
import { decodePng } from "./png-pixels.ts";

/**
 * Reads a picture file for faces: JPEG in grey or three colours, PNG of every form. What does not show (Exif, comments, colour
 * profiles) is left out, so that a face tells no more than it shows and all readers show it alike. Throws what `fault` makes
 * of the first thing that is wrong; the work is bounded by `MAX_PICTURE_BYTES` and `MAX_PIXELS` before anything is decoded.
 */
export function readPictureFile(bytes: Buffer, format: "png" | "jpeg", fault: PictureFault): Picture {
  if (bytes.length > MAX_PICTURE_BYTES) {
    throw fault(`has ${bytes.length} bytes; ${MAX_PICTURE_BYTES} are allowed`);
  }
  if (format === "jpeg") return { format, ...readJpeg(bytes, fault) };
  const png = readPng(bytes, fault);
  const { width, height } = png;
  const file = { format, width, height, bytes: writePng(png) };
  if (!isPlain(png)) return { ...file, pixels: decodePng(png, fault) };
  const step = 1 + rowBytes(width, png);
  for (let at = 0; at < png.rows.length; at += step) {
    if ((png.rows[at] as number) > 4) throw fault("is a damaged PNG: it has a filter that the standard does not have");
  }
  return { ...file, channels: png.color === COLOR.rgb ? 3 : 1, rows: png.zlib };
}

/** What all formats embed as it is, without decoding: 8 bits, grey or RGB, solid, row after row. */
function isPlain({ depth, color, interlaced, transparency }: Png): boolean {
  return depth === 8 && (color === COLOR.grey || color === COLOR.rgb) && !interlaced && transparency === undefined;
}

/** The PNG anew with nothing but its pixels. */
function writePng({ width, height, depth, color, interlaced, palette, transparency, zlib }: Png): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, color, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    ...(palette ? [chunk("PLTE", palette)] : []),
    ...(transparency ? [chunk("tRNS", transparency)] : []),
    chunk("IDAT", zlib),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const bytes = Buffer.alloc(content.length + 12);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, "latin1");
  content.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, content.length + 8)), content.length + 8);
  return bytes;
}
