import { crc32, inflateSync } from "node:zlib";
import { MAX_PIXELS, type PictureFault } from "./limits.ts";

/** A PNG (ISO/IEC 15948) that was read whole: its form, and its rows still filtered. */
export interface Png {
  width: number;
  height: number;
  /** Bits per sample: 1, 2, 4, 8 or 16. */
  depth: number;
  color: ColorType;
  /** Written in the seven passes of Adam7. */
  interlaced: boolean;
  /** RGB triples; for palette pictures. */
  palette: Buffer | undefined;
  /** Alpha of the palette's colours, or the one colour that is transparent. */
  transparency: Buffer | undefined;
  /** The zlib stream of the rows, its pieces put together. */
  zlib: Buffer;
  /** The rows, each behind its filter type, pass after pass. */
  rows: Buffer;
}

/** Colour types of PNG. */
export const COLOR = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgbAlpha: 6 } as const;
/** One of {@link COLOR}. */
export type ColorType = (typeof COLOR)[keyof typeof COLOR];

/** Samples of a pixel. */
export const SAMPLES: Readonly<Record<ColorType, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<ColorType, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** One pass of a picture: which pixels it holds. A picture that is not interlaced has one with all of them. */
export interface Pass {
  x: number;
  y: number;
  stepX: number;
  stepY: number;
  /** Pixels in a row, and rows; passes of small pictures may be empty. */
  width: number;
  height: number;
}

const ADAM7: readonly (readonly [x: number, y: number, stepX: number, stepY: number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

const SIGNATURE = "89504e470d0a1a0a";

/**
 * Reads a PNG whole: chunks with right checksums in the order of the standard, and rows that inflate to exactly the size that
 * the header gives. What the header claims is bounded before anything is inflated, so a small file cannot ask for much
 * memory. Throws what `fault` makes of the first fault.
 */
export function readPng(bytes: Buffer, fault: PictureFault): Png {
  if (bytes.toString("hex", 0, 8) !== SIGNATURE) throw fault("is no PNG");
  const chunks = readChunks(bytes, fault);
  const header = chunks.get("IHDR");
  if (header?.length !== 13) throw fault("is a damaged PNG: it has no header");
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) {
    throw fault(`has ${width} × ${height} pixels; 1 to ${MAX_PIXELS} are allowed`);
  }
  const [depth, color, compression, filter, interlace] = header.subarray(8) as unknown as [number, ...number[]];
  if (!isColor(color) || !DEPTHS[color].includes(depth) || compression !== 0 || filter !== 0 || (interlace ?? 2) > 1) {
    throw fault("is a PNG of a form that the standard does not have");
  }
  const palette = chunks.get("PLTE");
  if (color === COLOR.palette && (palette === undefined || !isPalette(palette, depth))) {
    throw fault("is a damaged PNG: it has no palette of its size");
  }
  const form = { width, height, depth, color, interlaced: interlace === 1 };
  const zlib = chunks.get("IDAT") ?? Buffer.alloc(0);
  const rows = inflated(
    zlib,
    passesOf(form).reduce((sum, pass) => sum + sizeOf(pass, form), 0),
    fault,
  );
  const transparency = transparencyOf(form, palette, chunks.get("tRNS"), fault);
  return { ...form, palette: color === COLOR.palette ? palette : undefined, transparency, zlib, rows };
}

/** The passes in which a picture of this form is written. */
export function passesOf({ width, height, interlaced }: Pick<Png, "width" | "height" | "interlaced">): Pass[] {
  const steps = interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return steps
    .map(([x, y, stepX, stepY]) => ({
      ...{ x, y, stepX, stepY },
      width: Math.max(Math.ceil((width - x) / stepX), 0),
      height: Math.max(Math.ceil((height - y) / stepY), 0),
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Bytes of a row, without its filter type. */
export function rowBytes(pixels: number, { depth, color }: Pick<Png, "depth" | "color">): number {
  return Math.ceil((pixels * SAMPLES[color] * depth) / 8);
}

function sizeOf(pass: Pass, form: Pick<Png, "depth" | "color">): number {
  return pass.height * (1 + rowBytes(pass.width, form));
}

/** The chunks by type, those of the picture's data put together. Chunks that may be ignored are; they do not show. */
function readChunks(bytes: Buffer, fault: PictureFault): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  const data: Buffer[] = [];
  let at = 8;
  while (!chunks.has("IEND")) {
    const length = at + 12 <= bytes.length ? bytes.readUInt32BE(at) : bytes.length;
    const end = at + 12 + length;
    if (end > bytes.length) throw fault("is a PNG that was cut short");
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) {
      throw fault("is a damaged PNG: a checksum is wrong");
    }
    const type = bytes.toString("latin1", at + 4, at + 8);
    const content = bytes.subarray(at + 8, end - 4);
    if (type === "IDAT") data.push(content);
    else if (!KNOWN.has(type)) {
      // A capital first letter marks what a reader must not ignore.
      if (/^[A-Z]/.test(type)) throw fault("is a PNG with parts that the standard does not have");
    } else if (chunks.has(type)) throw fault(`is a damaged PNG: it has ${type} twice`);
    else chunks.set(type, content);
    if (!chunks.has("IHDR")) throw fault("is a damaged PNG: it does not begin with its header");
    at = end;
  }
  return chunks.set("IDAT", Buffer.concat(data));
}

const KNOWN: ReadonlySet<string> = new Set(["IHDR", "PLTE", "tRNS", "IEND"]);

function inflated(zlib: Buffer, size: number, fault: PictureFault): Buffer {
  let rows: Buffer;
  try {
    rows = inflateSync(zlib, { maxOutputLength: size });
  } catch {
    throw fault("is a damaged PNG: its pixels cannot be read");
  }
  if (rows.length !== size) throw fault("is a damaged PNG: pixels are missing");
  return rows;
}

function transparencyOf(
  { color }: Pick<Png, "color">,
  palette: Buffer | undefined,
  found: Buffer | undefined,
  fault: PictureFault,
): Buffer | undefined {
  if (found === undefined || color === COLOR.greyAlpha || color === COLOR.rgbAlpha) return undefined;
  const right =
    color === COLOR.palette ? found.length <= (palette?.length ?? 0) / 3 : found.length === SAMPLES[color] * 2;
  if (!right) throw fault("is a damaged PNG: its transparency does not go with its colours");
  return found;
}

function isColor(value: number | undefined): value is ColorType {
  return value !== undefined && Object.hasOwn(SAMPLES, value);
}

function isPalette(palette: Buffer, depth: number): boolean {
  return palette.length % 3 === 0 && palette.length > 0 && palette.length / 3 <= 2 ** depth;
}
