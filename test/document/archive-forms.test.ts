import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import { canonicalBytes, sha256Hex } from "../../services/domain/canonical.ts";
import { pngUri } from "./png.ts";
import type { SeedItem } from "./seed.ts";
import { exampleMessage, seedItems } from "./seed.ts";

const item = seedItems().get("business-licence") as SeedItem;
const message = exampleMessage(item);
const renderer = createFaceRenderer();
const faceWith = (change: object) =>
  renderer.compile(JSON.stringify({ ...item.template, ...change }), item.sealPicture);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ecert-archive-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("PDF/A-3b embeds the data message, without the digests of its faces; A-2b does not", () => {
  const file = join(folder, "a3.pdf");
  writeFileSync(file, faceWith({ output: { pdf: "A-3b" } }).preparePdf(message).bytes);
  execFileSync("qpdf", ["--check", file]);
  execFileSync("pdfdetach", ["-saveall", "-o", folder, file]);
  const bytes = canonicalBytes(message);
  expect(readFileSync(join(folder, "证照数据电文.json")).equals(bytes)).toBe(true);
  expect(Buffer.from(faceWith({ output: { pdf: "A-3b" } }).preparePdf(message).bytes).toString("latin1")).toContain(
    "<pdfaid:part>3</pdfaid:part>",
  );
  const plain = join(folder, "a2.pdf");
  writeFileSync(plain, faceWith({}).preparePdf(message).bytes);
  expect(execFileSync("pdfdetach", ["-list", plain], { encoding: "utf8" })).toContain("0 embedded files");
});

test("a preview bears the watermark and the same text as the face", () => {
  const file = join(folder, "preview.pdf");
  const { bytes } = faceWith({}).preparePreview(message, { watermark: "样例" });
  writeFileSync(file, bytes);
  const shown = execFileSync("pdftotext", ["-raw", file, "-"], { encoding: "utf8" });
  expect(shown).toContain("陈示例");
  expect(bytes.length).toBeGreaterThan(faceWith({}).preparePdf(message).bytes.length);
  expect(() => faceWith({}).preparePreview(message, { watermark: "𰀀" })).toThrow(
    expect.objectContaining({ reason: "GLYPH_MISSING" }),
  );
});

test("a form that does not exist is refused by its path", () => {
  expect(() => faceWith({ output: { pdf: "A-1a" } })).toThrow(
    expect.objectContaining({ fields: [expect.objectContaining({ field: "output.pdf" })] }),
  );
});

test("a picture that is required is refused by name where it is missing", () => {
  const box = [20, 20, 36, 48];
  const needing = (image: object) =>
    faceWith({ elements: [...item.template.elements, { type: "image", box, required: true, ...image }] });
  expect(() => needing({ attachment: "照片" }).preparePdf(message)).toThrow(
    expect.objectContaining({
      reason: "ATTACHMENT_REFUSED",
      fields: [
        {
          field: "attachments",
          description: expect.stringContaining("照片"),
          remedy: expect.any(String),
          localized: expect.stringContaining("照片"),
        },
      ],
    }),
  );
  expect(() => needing({ source: "data.photo" }).preparePdf(message)).toThrow(
    expect.objectContaining({ reason: "DATA_INVALID", fields: [expect.objectContaining({ field: "/data/photo" })] }),
  );
});

test("5.3 d the photo may be an attachment: it is drawn if its content has the digest that the message gives", () => {
  const photo = Buffer.from(pngUri(36, 48).split(",")[1] as string, "base64");
  const sha256 = sha256Hex(photo);
  const attachment = { name: "照片", mediaType: "image/png", size: photo.length, sha256 };
  const elements = [...item.template.elements, { type: "image", box: [20, 20, 36, 48], attachment: "照片" }];
  const face = faceWith({ elements });
  const withPhoto = { ...message, attachments: [attachment] };

  const file = join(folder, "photo.pdf");
  writeFileSync(file, face.preparePdf(withPhoto, new Map([[sha256, photo]])).bytes);
  expect(execFileSync("pdfimages", ["-list", file], { encoding: "utf8" })).toMatch(/image +36 +48 +rgb/);
  const { files } = face.prepareOfd(withPhoto, { files: new Map([[sha256, photo]]) });
  expect(files.some(({ sha256: digest }) => digest === sha256)).toBe(true);

  expect(() => face.preparePdf(message)).not.toThrow();
  const refused = expect.objectContaining({
    reason: "ATTACHMENT_REFUSED",
    fields: [expect.objectContaining({ field: "attachments[0]" })],
  });
  expect(() => face.preparePdf(withPhoto)).toThrow(refused);
  expect(() => face.preparePdf(withPhoto, new Map([[sha256, Buffer.from("another")]]))).toThrow(refused);
  const typed = { ...message, attachments: [{ ...attachment, mediaType: "application/pdf" }] };
  expect(() => face.preparePdf(typed, new Map([[sha256, photo]]))).toThrow(refused);
});
