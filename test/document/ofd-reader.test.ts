import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { FaceSource } from "../../services/document/face-source.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { PIXELS_PER_MM, readWithOfdJs } from "./ofd-reader.ts";
import { inkFound, type Pixels, readPixels } from "./pixels.ts";
import { makePng } from "./png.ts";
import { exampleMessage, type SeedItem, seedItems } from "./seed.ts";

const renderer = createFaceRenderer();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ecert-ofd-reader-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One pixel, 0.125 mm: with 0.2 mm, rounded up to two, fields that are 0.3 mm off would pass. */
const REACH = 1;
/** Side of the squares that are compared one by one. */
const SIDE = 8 * PIXELS_PER_MM;
/** Least share of ink found in a square. Readers smooth letters in their own ways; 0.3 mm off, some square has 0.87 at most. */
const LEAST = 0.93;

/**
 * The picture without its QR code, which is a picture in the OFD: this reader draws it 5 % too small, as it does with every picture. Other
 * readers are held to it in `ofdrw.test.ts`.
 */
function withoutCode(pixels: Pixels, template: SeedItem["template"]): Pixels {
  const code = template.elements.find((element) => "type" in element && element.type === "qr") as Field;
  const [x, y, width, height] = code.box.map((mm) => Math.round(mm * PIXELS_PER_MM)) as Field["box"];
  for (let row = y; row < y + height; row++)
    pixels.grey.fill(255, row * pixels.width + x, row * pixels.width + x + width);
  return pixels;
}

/** How well two pictures agree: the worst square, seen from either side. */
const agreement = (a: Pixels, b: Pixels): number => Math.min(inkFound(a, b, REACH, SIDE), inkFound(b, a, REACH, SIDE));

/**
 * A photo half of which is clear, written in passes. It is pale, since this reader draws every picture as if its page had 96
 * dots per inch: 5 % too small here.
 */
const pixel = (x: number, y: number) => [200, 210, 220, (x >> 3) % 2 === (y >> 3) % 2 ? 255 : 0];
const photo = makePng(36, 48, { type: 6, interlace: 1, pixel });
const files = new Map([[sha256Hex(photo), photo]]);

function withPhotoAndRareCharacters(message: FaceSource): FaceSource {
  const attachment = { name: "照片", mediaType: "image/png", size: photo.length, sha256: sha256Hex(photo) };
  return { ...message, data: { ...message.data, residence: "岭海市𠮷祥路𡈽巷1号" }, attachments: [attachment] };
}

/** The template with one of its fields out of place. */
function displaced(template: SeedItem["template"], dx: number, dy: number): object {
  const fields = template.elements.filter((element): element is Field => "box" in element && "source" in element);
  const third = fields.filter(({ type }) => type === "field")[2];
  const elements = template.elements.map((element) => {
    if (element !== third) return element;
    const [x, y, width, height] = third.box;
    return { ...third, box: [x + dx, y + dy, width, height] };
  });
  return { ...template, elements };
}

interface Field {
  type: string;
  box: [number, number, number, number];
}

describe.each([...seedItems()])("the OFD of seed item %s in a reader that is not ours", (name, item) => {
  test("shows what the PDF shows, within 0.2 mm, tells a field that is 0.3 mm off, and its text can be read", {
    timeout: 120_000,
  }, async () => {
    const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
    const example = exampleMessage(item);
    const message = "photo" in item.dataSchema.properties ? withPhotoAndRareCharacters(example) : example;
    const pending = prepareOfdSignature(face.prepareOfd(message, { files }), { suite: "ecdsa-p256-sha256" });
    // The reader looks for an electronic seal in the value and goes on when it finds none.
    const view = await readWithOfdJs(finishOfd(pending, Buffer.from("3000", "hex")));

    const pdf = join(folder, `${name}.pdf`);
    const drawn = (template: object): Pixels => {
      writeFileSync(pdf, renderer.compile(JSON.stringify(template), item.sealPicture).preparePdf(message, files).bytes);
      const dpi = String(PIXELS_PER_MM * 25.4);
      execFileSync("mutool", ["draw", "-q", "-r", dpi, "-o", `${pdf}.png`, pdf], { stdio: "ignore" });
      return withoutCode(readPixels(readFileSync(`${pdf}.png`)), item.template);
    };
    const ofdPixels = withoutCode(readPixels(view.png), item.template);
    for (const [dx, dy] of [
      [0.3, 0],
      [0, 0.3],
    ] as const)
      expect(agreement(ofdPixels, drawn(displaced(item.template, dx, dy))), `${dx}, ${dy} mm off`).toBeLessThan(LEAST);
    const pdfPixels = drawn(item.template);
    expect(Math.abs(ofdPixels.width - pdfPixels.width)).toBeLessThanOrEqual(1);
    expect(agreement(ofdPixels, pdfPixels)).toBeGreaterThan(LEAST);

    const shown = execFileSync("pdftotext", ["-raw", pdf, "-"], { encoding: "utf8" });
    const sorted = (text: string): string => [...text.replaceAll(/\s/g, "")].sort().join("");
    expect(sorted(view.text)).toBe(sorted(shown));
    for (const holder of item.example.holders) expect(view.text).toContain(holder.name);
  });
});
