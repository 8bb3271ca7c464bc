import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import { embedSignature } from "../../services/document/prepared-pdf.ts";
import { chunk, pngUri } from "./png.ts";
import type { SeedItem } from "./seed.ts";
import { exampleMessage, seedItems } from "./seed.ts";

const items = seedItems();
const renderer = createFaceRenderer();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ecert-pdf-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const faceOf = (item: SeedItem) => renderer.compile(JSON.stringify(item.template), item.sealPicture);
const itemOf = (name: string): SeedItem => items.get(name) as SeedItem;

/** What mutool says about files beside its lack of colour management; nothing if all draw clean. */
function complaints(...files: string[]): string {
  const drawn = ["-q", "-r", "36", "-F", "png", "-o", join(folder, "drawn-%d.png")];
  const { stderr, status } = spawnSync("mutool", ["draw", ...drawn, ...files], { encoding: "utf8" });
  return `${status === 0 ? "" : `exit ${status}\n`}${stderr.replace(/warning: ICC support is not available\n/g, "")}`;
}

describe("the same template and message give the same bytes", () => {
  test("in another process", () => {
    const script = fileURLToPath(new URL("print-face.ts", import.meta.url));
    const other = JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" }));
    for (const [name, item] of items)
      expect(other[name], name).toBe(faceOf(item).preparePdf(exampleMessage(item)).digest);
  });

  test("whatever the digests of the faces in the message, since those come later", () => {
    const item = itemOf("marriage-certificate");
    const message = exampleMessage(item);
    const faces = [{ format: "pdf" as const, sha256: "0".repeat(64) }];
    expect(faceOf(item).preparePdf({ ...message, faces }).digest).toBe(faceOf(item).preparePdf(message).digest);
  });

  test("and other data give other bytes", () => {
    const item = itemOf("marriage-certificate");
    const message = exampleMessage(item);
    const other = { ...message, metadata: { ...message.metadata, businessSerial: "2026-0002" } };
    expect(faceOf(item).preparePdf(other).digest).not.toBe(faceOf(item).preparePdf(message).digest);
  });
});

test("5.3 d the digest covers everything but the place of the signature, which openssl fills and pdfsig accepts", () => {
  const item = itemOf("business-licence");
  const prepared = faceOf(item).preparePdf(exampleMessage(item));
  const { bytes, byteRange } = prepared;
  const covered = Buffer.concat([bytes.subarray(0, byteRange[1]), bytes.subarray(byteRange[2])]);
  expect(byteRange[2] + byteRange[3]).toBe(bytes.length);
  expect(createHash("sha256").update(covered).digest("hex")).toBe(prepared.digest);
  expect(Buffer.from(bytes.subarray(byteRange[1], byteRange[2])).toString()).toMatch(/^<0{16384}>$/);

  const at = (name: string): string => join(folder, name);
  writeFileSync(at("covered"), covered);
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", [...request, "-subj", "/CN=face", "-keyout", at("key"), "-out", at("certificate")], {
    stdio: "ignore",
  });
  const sign = ["cms", "-sign", "-binary", "-cades", "-md", "sha256", "-outform", "DER"];
  execFileSync("openssl", [
    ...sign,
    "-signer",
    at("certificate"),
    "-inkey",
    at("key"),
    "-in",
    at("covered"),
    "-out",
    at("cms"),
  ]);
  const signed = embedSignature(prepared, readFileSync(at("cms")));
  writeFileSync(at("signed.pdf"), signed);
  const report = execFileSync("pdfsig", ["-nocert", at("signed.pdf")], { encoding: "utf8" });
  expect(report).toContain("Signature is Valid");
  expect(report).toContain("Total document signed");
  expect(report).toContain("ETSI.CAdES.detached");

  const broken = Buffer.from(signed);
  broken[500] = (broken[500] as number) ^ 1;
  writeFileSync(at("broken.pdf"), broken);
  expect(execFileSync("pdfsig", ["-nocert", at("broken.pdf")], { encoding: "utf8" })).not.toContain(
    "Signature is Valid",
  );
});

test("fonts are embedded subsets with a map to Unicode", () => {
  const item = itemOf("food-business-permit");
  const file = join(folder, "fonts.pdf");
  writeFileSync(file, faceOf(item).preparePdf(exampleMessage(item)).bytes);
  const rows = execFileSync("pdffonts", [file], { encoding: "utf8" }).trim().split("\n").slice(2);
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) expect(row).toMatch(/^[A-Z]{6}\+NotoSerifSC-\w+ +CID TrueType +Identity-H +yes yes yes/);
});

test("the holder's photo is shown", () => {
  const item = itemOf("residence-permit");
  const message = exampleMessage(item);
  const file = join(folder, "photo.pdf");
  const data = { ...message.data, photo: pngUri(36, 48) };
  writeFileSync(file, faceOf(item).preparePdf({ ...message, data }).bytes);
  expect(complaints(file)).toBe("");
  expect(execFileSync("pdfimages", ["-list", file], { encoding: "utf8" })).toMatch(/image +36 +48 +rgb/);
});

test("a picture in whose octets a reader would find a signature is refused: nobody could verify the file", () => {
  const item = itemOf("residence-permit");
  const message = exampleMessage(item);
  const picture = (text: string): string => {
    // One row of pixels, filter 0, that zlib stores as it is.
    const row = Buffer.concat([Buffer.alloc(1), Buffer.from(text.padEnd(36, "."), "latin1")]);
    const header = Buffer.from("0000000c0000000108020000 00".replace(" ", ""), "hex");
    const chunks = [
      chunk("IHDR", header),
      chunk("IDAT", deflateSync(row, { level: 0 })),
      chunk("IEND", Buffer.alloc(0)),
    ];
    return `data:image/png;base64,${Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...chunks]).toString("base64")}`;
  };
  const draw = (text: string) =>
    faceOf(item).preparePdf({ ...message, data: { ...message.data, photo: picture(text) } });
  expect(Buffer.from(draw("/ByteRang [0 1 2 3]").bytes).includes("/ByteRang [0 1 2 3]")).toBe(true);
  expect(() => draw("/ByteRange [0 1 2 3]")).toThrow(
    expect.objectContaining({ reason: "DATA_INVALID", message: expect.stringContaining("/ByteRange") }),
  );
});

test("a name that the fonts cannot write is refused by character and field, never left blank", () => {
  const item = itemOf("business-licence");
  const message = exampleMessage(item);
  const data = { ...message.data, legalRepresentative: "吴𰀀" };
  expect(() => faceOf(item).preparePdf({ ...message, data })).toThrow(
    expect.objectContaining({
      reason: "GLYPH_MISSING",
      fields: [
        expect.objectContaining({
          field: "/data/legalRepresentative",
          description: expect.stringContaining("U+30000"),
        }),
      ],
    }),
  );
});

test("a long scope of business shrinks into its place; one beyond reason is refused by field", () => {
  const item = itemOf("business-licence");
  const message = exampleMessage(item);
  const withScope = (length: number) => ({
    ...message,
    data: { ...message.data, businessScope: "经营范围很长；".repeat(length / 7) },
  });
  const file = join(folder, "long.pdf");
  writeFileSync(file, faceOf(item).preparePdf(withScope(700)).bytes);
  const shown = execFileSync("pdftotext", ["-raw", file, "-"], { encoding: "utf8" }).replaceAll(/\s/g, "");
  expect(shown).toContain("经营范围很长；".repeat(100));
  expect(() => faceOf(item).preparePdf(withScope(2100))).toThrow(
    expect.objectContaining({
      reason: "DATA_INVALID",
      fields: [expect.objectContaining({ field: "/data/businessScope" })],
    }),
  );
});

test("100 random certificates draw clean and show the random names", () => {
  const item = itemOf("real-estate-certificate");
  const message = exampleMessage(item);
  let seed = 20261124;
  const random = (limit: number): number => {
    // Lehmer's generator: seeded, so that a failure can be repeated.
    seed = (seed * 48271) % 2147483647;
    return seed % limit;
  };
  const decoder = new TextDecoder("gb2312");
  const hanzi = (count: number): string =>
    Array.from({ length: count }, () => decoder.decode(Uint8Array.of(0xb0 + random(39), 0xa1 + random(89)))).join("");
  const names: string[] = [];
  const face = faceOf(item);
  const files = Array.from({ length: 100 }, (_, i) => {
    const name = hanzi(2 + random(20));
    names.push(name);
    const holders = [{ name, code: "", codeType: "111" }];
    const data = { ...message.data, location: hanzi(1 + random(60)), otherStatus: hanzi(1 + random(200)) };
    const file = join(folder, `random-${i}.pdf`);
    writeFileSync(file, face.preparePdf({ ...message, metadata: { ...message.metadata, holders }, data }).bytes);
    return file;
  });
  // All in one call; where it complains, each by itself tells whose it is.
  const all = complaints(...files);
  for (const [i, file] of files.entries()) {
    if (all !== "") expect(complaints(file), names[i]).toBe("");
    const shown = execFileSync("pdftotext", ["-raw", file, "-"], { encoding: "utf8" }).replaceAll(/\s/g, "");
    expect(shown).toContain(names[i]);
  }
  expect(all).toBe("");
});
