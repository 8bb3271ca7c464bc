import { crc32, deflateSync } from "node:zlib";

/** How a PNG is to be written; 8 bits, RGB, row after row where nothing is said. */
export interface PngForm {
  depth?: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  type?: number;
  interlace?: number;
  palette?: Buffer;
  transparency?: Buffer;
  /** Chunks more, put before the pixels. */
  extra?: Buffer[];
  /** The samples of a pixel, as wide as `depth` says. Default: middle grey. */
  pixel?: (x: number, y: number) => readonly number[];
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** For each pixel of a square of eight by eight, the pass of Adam7 that holds it. */
const PASSES = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"];

/** Writes a PNG of any form. Filters change from row to row, so that every one of them is met. */
export function makePng(width: number, height: number, form: PngForm = {}): Buffer {
  const { depth = 8, type = 2, interlace = 0, palette, transparency, extra = [] } = form;
  const samples = SAMPLES[type] ?? 3;
  const pixel = form.pixel ?? (() => new Array<number>(samples).fill(2 ** (depth - 1)));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, type, 0, 0, interlace], 8);
  const step = Math.max((samples * depth) / 8, 1);
  const passes = interlace === 1 ? ["1", "2", "3", "4", "5", "6", "7"] : [""];
  const rows = passes.flatMap((pass) => {
    let above: Buffer | undefined;
    const inPass = (x: number, y: number): boolean => pass === "" || PASSES[y % 8]?.[x % 8] === pass;
    return Array.from({ length: height }, (_, y) => y).flatMap((y) => {
      const bits = Array.from({ length: width }, (_, x) => x)
        .filter((x) => inPass(x, y))
        .flatMap((x) => pixel(x, y).map((sample) => sample.toString(2).padStart(depth, "0")))
        .join("");
      if (bits === "") return [];
      const row = Buffer.from(bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2)) ?? []);
      const filtered = filterRow(row, above ?? Buffer.alloc(row.length), step, y % 5);
      above = row;
      return [Buffer.from([y % 5]), filtered];
    });
  });
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    ...(palette ? [chunk("PLTE", palette)] : []),
    ...(transparency ? [chunk("tRNS", transparency)] : []),
    ...extra,
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A chunk of a PNG. */
export function chunk(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(name, 4, "latin1");
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])));
  return Buffer.concat([head, data, sum]);
}

/** A PNG as data URI. */
export function pngUri(width: number, height: number, form: PngForm = {}): string {
  return `data:image/png;base64,${makePng(width, height, form).toString("base64")}`;
}

function filterRow(row: Buffer, above: Buffer, step: number, filter: number): Buffer {
  return Buffer.from(
    Array.from(row, (byte, i) => {
      const [left = 0, up = 0, corner = 0] = [row[i - step], above[i], above[i - step]];
      const distance = (value: number): number => Math.abs(left + up - corner - value);
      const nearest = [left, up, corner].reduce((best, value) => (distance(value) < distance(best) ? value : best));
      return (byte - ([0, left, up, Math.floor((left + up) / 2), nearest][filter] ?? 0)) & 255;
    }),
  );
}
