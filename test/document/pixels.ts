import { inflateSync } from "node:zlib";

/** A picture as luminance, 0 black to 255 white. */
export interface Pixels {
  width: number;
  height: number;
  grey: Uint8Array;
}

/** Decodes a PNG of 8 bits in grey or colour, with or without transparency (taken as white), not interlaced. */
export function readPixels(png: Buffer): Pixels {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[png.readUInt8(25)];
  if (png.readUInt8(24) !== 8 || channels === undefined || png.readUInt8(28) !== 0)
    throw new Error("PNG of another form");
  const chunks: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") chunks.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const rows = unfilter(inflateSync(Buffer.concat(chunks)), width * channels, height, channels);
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const at = i * channels;
    const value = (step: number): number => rows[at + step] as number;
    grey[i] = channels < 3 ? value(0) : value(0) * 0.299 + value(1) * 0.587 + value(2) * 0.114;
  }
  return { width, height, grey };
}

function unfilter(data: Buffer, stride: number, height: number, channels: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    const kind = data[row * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = row * stride + x;
      const left = x >= channels ? (out[at - channels] as number) : 0;
      const up = row > 0 ? (out[at - stride] as number) : 0;
      const corner = row > 0 && x >= channels ? (out[at - stride - channels] as number) : 0;
      const base = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind ?? 0] as number;
      out[at] = (data[row * (stride + 1) + 1 + x] as number) + base;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(left + up - corner - value)) as [number, number, number];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Tiles with fewer dark pixels tell nothing. */
const LEAST_INK = 20;

/**
 * Share of the ink of `a` (darker than 110) that has ink of `b` (darker than 190) within `reach` pixels, in the worst square of
 * `side` pixels: over a whole page a field that is out of place would be lost among the rest. Pale patterns are left out:
 * readers smooth thin lines in their own ways.
 */
export function inkFound(a: Pixels, b: Pixels, reach: number, side: number): number {
  let [worst, seen] = [1, false];
  for (let top = 0; top < a.height; top += side) {
    for (let left = 0; left < a.width; left += side) {
      const { ink, found } = inkOfTile(a, b, reach, { left, top, side });
      if (ink < LEAST_INK) continue;
      seen = true;
      worst = Math.min(worst, found / ink);
    }
  }
  return seen ? worst : 0;
}

interface Tile {
  left: number;
  top: number;
  side: number;
}

function inkOfTile(a: Pixels, b: Pixels, reach: number, { left, top, side }: Tile): { ink: number; found: number } {
  let [ink, found] = [0, 0];
  for (let y = top; y < Math.min(top + side, a.height); y++) {
    for (let x = left; x < Math.min(left + side, a.width); x++) {
      if ((a.grey[y * a.width + x] as number) >= 110) continue;
      ink++;
      if (inkNear(b, x, y, reach)) found++;
    }
  }
  return { ink, found };
}

function inkNear({ width, height, grey }: Pixels, x: number, y: number, reach: number): boolean {
  for (let py = Math.max(0, y - reach); py <= Math.min(height - 1, y + reach); py++) {
    for (let px = Math.max(0, x - reach); px <= Math.min(width - 1, x + reach); px++) {
      if ((grey[py * width + px] as number) < 190) return true;
    }
  }
  return false;
}
