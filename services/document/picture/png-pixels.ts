import type { PictureFault } from "./limits.ts";
import { COLOR, type Pass, type Png, passesOf, rowBytes, SAMPLES } from "./png.ts";

/** Pixels of a picture, 8 bits a sample, row after row. */
export interface Pixels {
  /** 1 grey, 3 RGB. */
  channels: 1 | 3;
  colors: Buffer;
  /** 0 clear to 255 solid; absent where all pixels are solid. */
  alpha: Buffer | undefined;
}

/** Decodes a PNG of any form to 8 bits a sample. Throws what `fault` makes of a filter or colour that there is not. */
export function decodePng(png: Png, fault: PictureFault): Pixels {
  const { width, height, color } = png;
  const channels = color === COLOR.grey || color === COLOR.greyAlpha ? 1 : 3;
  const colors = Buffer.alloc(width * height * channels);
  const alpha = Buffer.alloc(width * height, 255);
  const put = pixelWriter(png, channels, colors, alpha, fault);
  let at = 0;
  for (const pass of passesOf(png)) {
    const length = rowBytes(pass.width, png);
    let above: Buffer = Buffer.alloc(length);
    for (let row = 0; row < pass.height; row++) {
      const line = png.rows.subarray(at + 1, at + 1 + length);
      unfilter(png.rows[at] as number, line, above, Math.max((SAMPLES[color] * png.depth) / 8, 1), fault);
      putRow(line, pass, row, png, put);
      above = line;
      at += 1 + length;
    }
  }
  return { channels, colors, alpha: alpha.every((value) => value === 255) ? undefined : alpha };
}

/** Undoes the filter of a row, in place. `step` is the distance to the pixel before, in bytes. */
function unfilter(filter: number, line: Buffer, above: Buffer, step: number, fault: PictureFault): void {
  if (filter > 4) throw fault("is a damaged PNG: it has a filter that the standard does not have");
  if (filter === 0) return;
  for (let i = 0; i < line.length; i++) {
    const left = i < step ? 0 : (line[i - step] as number);
    const up = above[i] as number;
    let predicted = left;
    if (filter === 2) predicted = up;
    else if (filter === 3) predicted = (left + up) >> 1;
    else if (filter === 4) predicted = paeth(left, up, i < step ? 0 : (above[i - step] as number));
    line[i] = (line[i] as number) + predicted;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

type PutPixel = (index: number, samples: readonly number[]) => void;

/** Hands the samples of a row's pixels on, as wide as they are in the file. */
function putRow(line: Buffer, pass: Pass, row: number, { width, depth, color }: Png, put: PutPixel): void {
  const count = SAMPLES[color];
  const samples = new Array<number>(count).fill(0);
  const mask = (1 << depth) - 1;
  for (let column = 0; column < pass.width; column++) {
    for (let i = 0; i < count; i++) {
      const sample = column * count + i;
      if (depth === 8) samples[i] = line[sample] as number;
      else if (depth === 16) samples[i] = line.readUInt16BE(sample * 2);
      else samples[i] = ((line[(sample * depth) >> 3] as number) >> (8 - depth - ((sample * depth) & 7))) & mask;
    }
    put((pass.y + row * pass.stepY) * width + pass.x + column * pass.stepX, samples);
  }
}

/** Writes a pixel's colours and alpha, brought to 8 bits. */
function pixelWriter(png: Png, channels: 1 | 3, colors: Buffer, alpha: Buffer, fault: PictureFault): PutPixel {
  const { depth, color, palette, transparency } = png;
  if (palette !== undefined) {
    return (index, [entry = 0]) => {
      if (entry * 3 >= palette.length) throw fault("is a damaged PNG: it uses a colour that its palette lacks");
      palette.copy(colors, index * 3, entry * 3, entry * 3 + 3);
      alpha[index] = transparency?.[entry] ?? 255;
    };
  }
  const most = 2 ** depth - 1;
  const to8 = (value: number): number => (depth === 16 ? value >> 8 : Math.round((value * 255) / most));
  const hasAlpha = color === COLOR.greyAlpha || color === COLOR.rgbAlpha;
  const clear = transparency && Array.from({ length: channels }, (_, i) => transparency.readUInt16BE(i * 2));
  return (index, samples) => {
    for (let i = 0; i < channels; i++) colors[index * channels + i] = to8(samples[i] as number);
    if (hasAlpha) alpha[index] = to8(samples[channels] as number);
    else if (clear?.every((value, i) => value === samples[i])) alpha[index] = 0;
  };
}
