import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readZip, ZIP_LIMITS } from "./zip-read.ts";
import type { PackedFile } from "./zip-write.ts";
import { packFile, writeZip } from "./zip-write.ts";

const FILES = [
  packFile("OFD.xml", Buffer.from("<a/>".repeat(200)), 6),
  packFile("Doc_0/Res/image_0.png", Buffer.from("not packed again"), 6),
  packFile("Doc_0/Signs/Sign_0/SignedValue.dat", Buffer.alloc(0), 6),
];
const archive = writeZip(FILES);

/** The archive with some octets changed. */
function edited(change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(archive);
  change(copy);
  return copy;
}

test("what was written is read again, in the same order", () => {
  expect([...readZip(archive)]).toEqual(FILES.map(({ path, content }) => [path, content]));
});

test("the same files give the same octets; pictures and signatures are stored", () => {
  expect(writeZip(FILES)).toEqual(archive);
  expect(archive.includes("not packed again")).toBe(true);
  expect(archive.includes("<a/><a/>")).toBe(false);
});

test("a change of any octet is either refused or shows in the content", () => {
  const whole = [...readZip(archive)];
  for (let at = 0; at < archive.length; at++) {
    for (const bit of [1, 16, 128]) {
      const copy = edited((bytes) => bytes.writeUInt8(bytes.readUInt8(at) ^ bit, at));
      let files: [string, Buffer][] = [];
      try {
        files = [...readZip(copy)];
      } catch (error) {
        expect(error).toMatchObject({ name: "Refusal" });
        continue;
      }
      // Only unused bits at the end of a compressed stream may differ: they hold nothing.
      expect(files, `octet ${at}`).toEqual(whole);
    }
  }
});

describe("refused is", () => {
  const bomb = (size: number): PackedFile => ({
    path: "bomb.xml",
    content: Buffer.alloc(0),
    packed: deflateRawSync(Buffer.alloc(size)),
    crc: 0,
    sha256: "",
  });
  const names = (...paths: string[]): Buffer => writeZip(paths.map((path) => packFile(path, Buffer.from(path), 1)));
  const claiming = (file: PackedFile, size: number): Buffer => {
    const bytes = writeZip([file]);
    bytes.writeUInt32LE(size, 22);
    bytes.writeUInt32LE(size, bytes.length - 22 - 46 - file.path.length + 24);
    return bytes;
  };

  test.each([
    ["a file that says it is too large", () => claiming(bomb(10), ZIP_LIMITS.file + 1), "TOO_LARGE"],
    ["a bomb that unpacks to more than it says", () => claiming(bomb(64 << 20), 1000), "INVALID_FIELD"],
    ["a path that leaves the package", () => names("../../etc/passwd"), "INVALID_FIELD"],
    ["an absolute path", () => names("/OFD.xml"), "INVALID_FIELD"],
    ["a path with back slashes", () => names("Doc_0\\..\\x"), "INVALID_FIELD"],
    ["a folder entry", () => names("Doc_0/"), "INVALID_FIELD"],
    ["a path that is there twice", () => names("OFD.xml", "OFD.xml"), "INVALID_FIELD"],
    ["two paths that differ in case alone", () => names("OFD.xml", "ofd.XML"), "INVALID_FIELD"],
    ["too many files", () => names(...Array.from({ length: 300 }, (_, i) => `f${i}`)), "TOO_LARGE"],
    ["an archive that is cut short", () => archive.subarray(0, -1), "INVALID_FIELD"],
    ["octets in front", () => Buffer.concat([Buffer.from("x"), archive]), "INVALID_FIELD"],
    ["octets behind", () => Buffer.concat([archive, Buffer.from("x")]), "INVALID_FIELD"],
    ["nothing", () => Buffer.alloc(0), "INVALID_FIELD"],
    ["something else", () => Buffer.from("%PDF-1.7 and so on, long enough"), "INVALID_FIELD"],
  ] as const)("%s", (_, make, reason) => {
    expect(() => readZip(make())).toThrow(expect.objectContaining({ name: "Refusal", reason }));
  });
});
