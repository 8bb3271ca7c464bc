import { expect, test } from "vitest";
import { embedSignature } from "./prepared-pdf.ts";

const prepared = {
  bytes: Buffer.from("%head</Contents <0000000000>>>tail"),
  byteRange: [0, 16, 28, 6] as [number, number, number, number],
  digest: "",
};

test("a signature fills its place from the left, the rest keeps ASCII 0", () => {
  const signed = embedSignature(prepared, Uint8Array.of(0x30, 0x82, 0xff));
  expect(Buffer.from(signed).toString()).toBe("%head</Contents <3082ff0000>>>tail");
  expect(prepared.bytes.toString()).toContain("<0000000000>");
});

test("a signature that is too long is refused", () => {
  expect(() => embedSignature(prepared, new Uint8Array(6))).toThrow("6 bytes does not fit into 5 bytes");
});
