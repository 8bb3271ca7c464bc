import { crc32, deflateSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readPicture } from "../../services/document/layout/picture.ts";
import { readPictureFile } from "../../services/document/picture/read-picture.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { seededNumbers } from "../../services/domain/seeded.ts";
import { makeJpeg, turned } from "./jpeg.ts";
import { chunk, makePng, type PngForm, pngUri } from "./png.ts";

const fault = (what: string) => new Refusal("DATA_INVALID", what);
const read = (bytes: Buffer, format: "png" | "jpeg" = "png") => readPictureFile(bytes, format, fault);
const refused = (what: RegExp) => expect.objectContaining({ name: "Refusal", message: expect.stringMatching(what) });

/** A picture with something else in each pixel, in samples of the depth that the form has. */
const ramp =
  (count: number, depth: number) =>
  (x: number, y: number): number[] =>
    Array.from({ length: count }, (_, i) => (((x * 7 + y * 11 + i * 29) * 2 ** depth) / 256) & (2 ** depth - 1));
const palette = Buffer.from(Array.from({ length: 16 * 3 }, (_, i) => (i * 37) % 256));

describe("a PNG is read pixel by pixel", () => {
  const [width, height] = [21, 13];
  const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
  const forms = [0, 2, 3, 4, 6].flatMap((type) =>
    [1, 2, 4, 8, 16]
      .filter((depth) => (depth >= 8 && type !== 3) || type === 0 || (type === 3 && depth === 4))
      .flatMap((depth) => [0, 1].map((interlace) => ({ type, depth, interlace }))),
  );

  test.each(forms)("colour type $type, $depth bits, interlacing $interlace", ({ type, depth, interlace }) => {
    const pixel = ramp(samples[type] as number, depth);
    const picture = read(makePng(width, height, { type, depth, interlace, pixel, ...(type === 3 && { palette }) }));
    if ("rows" in picture) {
      // PDF reads these rows by itself: they are exactly those of the file.
      expect([depth, interlace, inflateSync(picture.rows as Buffer).length]).toEqual([
        8,
        0,
        height * (1 + width * (samples[type] as number)),
      ]);
      return;
    }
    const { pixels } = picture as Extract<typeof picture, { pixels: object }>;
    const to8 = (value: number) => (depth === 16 ? value >> 8 : Math.round((value * 255) / (2 ** depth - 1)));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        const values = pixel(x, y);
        const colors = type === 3 ? [...palette.subarray((values[0] as number) * 3).subarray(0, 3)] : values.map(to8);
        const { channels } = pixels;
        expect([...pixels.colors.subarray(at * channels, (at + 1) * channels)]).toEqual(colors.slice(0, channels));
        if (type >= 4) expect(pixels.alpha?.[at]).toBe(to8(values.at(-1) as number));
        else expect(pixels.alpha).toBeUndefined();
      }
    }
  });

  test.each<[string, PngForm, (x: number, y: number) => number]>([
    ["of a palette", { type: 3, depth: 4, palette, transparency: Buffer.from([0, 9]) }, (x) => [0, 9][x % 16] ?? 255],
    ["of one grey", { type: 0, transparency: Buffer.from([0, 3]) }, (x) => (x % 16 === 3 ? 0 : 255)],
  ])("with the transparency %s", (_, form, alpha) => {
    const picture = read(makePng(20, 3, { ...form, pixel: (x) => [x % 16] }));
    const { pixels } = picture as Extract<typeof picture, { pixels: object }>;
    expect([...(pixels.alpha ?? [])].slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, x) => alpha(x, 0)));
  });

  test("what does not show is left out of it, such as texts and Exif", () => {
    const secret = Buffer.from("23.1291 N 113.2644 E");
    const extra = [chunk("tEXt", secret), chunk("eXIf", secret)];
    expect(read(makePng(4, 3, { extra })).bytes.equals(makePng(4, 3))).toBe(true);
  });
});

describe("a PNG is refused with what is wrong with it:", () => {
  const png = makePng(40, 40);
  const header = (change: (header: Buffer) => void): Buffer => {
    const data = Buffer.from(png.subarray(16, 29));
    change(data);
    return Buffer.concat([png.subarray(0, 8), chunk("IHDR", data), png.subarray(33)]);
  };
  const rows = (content: Buffer): Buffer =>
    Buffer.concat([png.subarray(0, 33), chunk("IDAT", deflateSync(content)), chunk("IEND", Buffer.alloc(0))]);
  test.each<[string, Buffer, RegExp]>([
    ["no PNG at all", Buffer.from("GIF89a"), /no PNG/],
    ["a file cut short", png.subarray(0, -20), /cut short|damaged/],
    ["a wrong checksum", Buffer.from(png).fill(0, 60, 61), /checksum/],
    ["too many pixels, before they are inflated", header((data) => data.writeUInt32BE(4_000_000, 0)), /pixels/],
    ["no pixels", header((data) => data.writeUInt32BE(0, 0)), /0 × 40 pixels/],
    ["a depth that there is not", header((data) => data.set([3], 8)), /form/],
    ["rows that are too many, as in a bomb", rows(Buffer.alloc(100_000_000)), /cannot be read/],
    ["rows that are too few", rows(Buffer.alloc(10)), /missing/],
    ["a filter that there is not", rows(Buffer.alloc(40 * 121, 9)), /filter/],
    ["a palette that is missing", header((data) => data.set([8, 3], 8)), /palette/],
    ["a colour beyond its palette", makePng(9, 9, { type: 3, palette: palette.subarray(0, 6) }), /palette lacks/],
    ["parts unknown that must not be ignored", makePng(9, 9, { extra: [chunk("CgBI", Buffer.alloc(4))] }), /parts/],
    ["a file that is too large", Buffer.concat([png, Buffer.alloc(600_000)]), /bytes; 524288 are allowed/],
  ])("%s", (_, bytes, what) => {
    expect(() => read(bytes)).toThrow(refused(what));
  });
});

describe("a JPEG of another program", () => {
  const jpeg = makeJpeg({ side: 300 });

  test.each([
    ["row after row", jpeg],
    ["step by step", makeJpeg({ side: 300, progressive: true })],
  ])("that is written %s is taken with its size and colours", (_, bytes) => {
    const picture = read(bytes, "jpeg");
    expect(picture).toMatchObject({ format: "jpeg", channels: 3 });
    expect(Math.max(picture.width, picture.height)).toBe(300);
  });

  test("may be grey", () => {
    const grey = Buffer.from("ffd8ffc0000b080010002001011100ffda0008010100003f0000ff00ffd9", "hex");
    expect(read(grey, "jpeg")).toMatchObject({ width: 32, height: 16, channels: 1 });
  });

  test("loses what does not show: Exif and what lies behind its end", () => {
    const plain = read(jpeg, "jpeg").bytes;
    expect(read(Buffer.concat([turned(jpeg, 1), Buffer.from("hidden")]), "jpeg").bytes.equals(plain)).toBe(true);
  });

  const at = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  const change = (offset: number, ...values: number[]): Buffer => {
    const copy = Buffer.from(jpeg);
    copy.set(values, at + offset);
    return copy;
  };
  test.each<[string, Buffer, RegExp]>([
    ["that is turned by its Exif", turned(jpeg, 6), /Exif orientation \(6\)/],
    ["in CMYK", makeJpeg({ side: 200, cmyk: true }), /CMYK/],
    ["cut short", jpeg.subarray(0, -200), /cut short/],
    ["of 12 bits", change(4, 12), /8 bits/],
    ["of a form that readers do not show", change(1, 0xc9), /arithmetic/],
    ["of too many pixels", change(5, 0xff, 0xff, 0xff, 0xff), /65535 × 65535 pixels/],
    ["without a picture", Buffer.from("ffd8ffd9", "hex"), /without a picture/],
    ["that is no JPEG", makePng(4, 3), /no JPEG/],
  ])("is refused: one %s", (_, bytes, what) => {
    expect(() => read(bytes, "jpeg")).toThrow(refused(what));
  });
});

test.each([
  ["no data URI", "photo.png"],
  ["another type", "data:image/gif;base64,R0lGODlh"],
  ["a damaged file", pngUri(40, 40).replace(/.{30}$/, (end) => end.replace("A", "B"))],
])("refuses %s in the data by the name of the field", (_, uri) => {
  expect(() => readPicture(uri, "/data/photo")).toThrow(
    expect.objectContaining({ reason: "DATA_INVALID", fields: [expect.objectContaining({ field: "/data/photo" })] }),
  );
});

test("500 damaged pictures are read or refused, each within 2 seconds", { timeout: 60_000 }, () => {
  const next = seededNumbers(20261126);
  const below = (limit: number) => Math.floor(next() * limit);
  const forms: PngForm[] = [{}, { type: 3, depth: 4, palette }, { type: 6, interlace: 1 }, { type: 0, depth: 16 }];
  const pngs = forms.map((form) => makePng(60, 40, form));
  const jpegs = [
    makeJpeg({ side: 120 }),
    makeJpeg({ side: 120, progressive: true }),
    turned(makeJpeg({ side: 60 }), 3),
  ];
  let taken = 0;
  for (let i = 0; i < 500; i++) {
    const format = i % 2 === 0 ? "png" : "jpeg";
    const pool = format === "png" ? pngs : jpegs;
    let bytes = Buffer.from(pool[i % pool.length] as Buffer);
    for (let changes = 1 + below(4); changes > 0; changes--) {
      if (next() < 0.2) bytes = bytes.subarray(0, below(bytes.length) + 1);
      else bytes[below(bytes.length)] = below(256);
    }
    // With checksums that fit again, the damage reaches what lies behind them.
    if (format === "png" && next() < 0.7) mendChecksums(bytes);
    const start = performance.now();
    try {
      read(bytes, format);
      taken++;
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
    }
    expect(performance.now() - start).toBeLessThan(2000);
  }
  expect(taken).toBeGreaterThan(20);
});

function mendChecksums(png: Buffer): void {
  for (let at = 8; at + 12 <= png.length; ) {
    const end = at + 12 + png.readUInt32BE(at);
    if (end > png.length) return;
    png.writeUInt32BE(crc32(png.subarray(at + 4, end - 4)), end - 4);
    at = end;
  }
}
