import { compressed } from "../compress.ts";
import type { Picture } from "../layout/placed.ts";
import type { QrRows } from "../shape/qr-rows.ts";
import type { ObjectWriter } from "./object-writer.ts";

/** Compression of pixels that had to be decoded. */
const LEVEL = 6;
/** Pixels of pictures whose rows PDF cannot read, compressed: of the picture, and of its alpha. */
const packed = new WeakMap<Picture, { colors: Buffer; alpha: Buffer | undefined }>();

/**
 * Writes a picture from object `number` on: JPEG as it is, PNG by its compressed rows where PDF can read them, else by its pixels, with
 * their alpha as soft mask. Returns the next free number.
 */
export function writePicture(writer: ObjectWriter, picture: Picture, number: number): number {
  const { width, height } = picture;
  const form = (channels: 1 | 3): string =>
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 8 /ColorSpace /Device${channels === 3 ? "RGB" : "Gray"}`;
  if (picture.format === "jpeg") {
    writer.stream(number, `${form(picture.channels)} /Filter /DCTDecode`, picture.bytes);
    return number + 1;
  }
  if ("rows" in picture) {
    const { rows, channels } = picture;
    const parameters = `<</Predictor 15 /Colors ${channels} /BitsPerComponent 8 /Columns ${width}>>`;
    writer.stream(number, `${form(channels)} /DecodeParms ${parameters} /Filter /FlateDecode`, rows);
    return number + 1;
  }
  const { channels, colors, alpha } = picture.pixels;
  const made = packed.get(picture) ?? {
    colors: compressed(colors, LEVEL),
    alpha: alpha && compressed(alpha, LEVEL),
  };
  packed.set(picture, made);
  const mask = made.alpha === undefined ? "" : ` /SMask ${number + 1} 0 R`;
  writer.stream(number, `${form(channels)}${mask} /Filter /FlateDecode`, made.colors);
  if (made.alpha === undefined) return number + 1;
  writer.stream(number + 1, `${form(1)} /Filter /FlateDecode`, made.alpha);
  return number + 2;
}

/**
 * Writes a QR code as image mask, 4 × 4 bits per module: readers that draw pages coarsely average a mask that is finer than their pixels, and cut modules
 * unevenly where it is not, so that the code of a scaled screenshot could not be read.
 */
export function writeCodeMask(writer: ObjectWriter, code: QrRows, number: number): void {
  const size = MASK_SCALE * code.size;
  const members = `/Type /XObject /Subtype /Image /Width ${size} /Height ${size} /BitsPerComponent 1 /ImageMask true /Decode [1 0]`;
  writer.stream(number, members, codeMask(code));
}

/** Dots of an image mask along a side of a module. */
const MASK_SCALE = 4;

/** The rows of the image mask of a QR code. */
export function codeMask(code: QrRows): Uint8Array {
  return doubled(doubled(code)).rows;
}

/** The code of which an image mask of so many octets may have been made; `undefined` where there is none of that size. What it gives is to be compared. */
export function codeOfMask(mask: Uint8Array): QrRows | undefined {
  // A row of `n` modules takes `n / 2` octets, and there are `4 n` of them.
  const size = Math.floor(Math.sqrt(mask.length / 2));
  const wide = (MASK_SCALE * size + 7) >> 3;
  if (size === 0 || wide * MASK_SCALE * size !== mask.length) return undefined;
  const stride = (size + 7) >> 3;
  const rows = new Uint8Array(size * stride);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const bit = ((mask[MASK_SCALE * y * wide + (x >> 1)] as number) >> (x & 1 ? 3 : 7)) & 1;
      rows[y * stride + (x >> 3)] = (rows[y * stride + (x >> 3)] as number) | (bit << (7 - (x & 7)));
    }
  return { size, stride, rows };
}

/** Each bit twice, by octet. */
const TWICE = Uint16Array.from({ length: 256 }, (_, octet) => {
  let wide = 0;
  for (let bit = 0; bit < 8; bit++) if (octet & (1 << bit)) wide |= 3 << (2 * bit);
  return wide;
});

/** The same with twice as many bits along a side. What is written last of a row may reach into the next one, which is written over it. */
function doubled({ size, stride, rows }: QrRows): QrRows {
  const to = (2 * size + 7) >> 3;
  const wide = Buffer.alloc(2 * size * to + 1);
  for (let y = 0; y < size; y++) {
    const at = 2 * y * to;
    for (let x = 0; x < stride; x++) wide.writeUInt16BE(TWICE[rows[y * stride + x] as number] as number, at + 2 * x);
    wide.copyWithin(at + to, at, at + to);
  }
  return { size: 2 * size, stride: to, rows: wide.subarray(0, 2 * size * to) };
}
