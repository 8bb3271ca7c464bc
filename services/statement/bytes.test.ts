import { expect, test } from "vitest";
import { fromBase64url, fromHex, joinBytes, sameBytes, toBase64url } from "./bytes.ts";

test("Base64url is read in the one spelling in which it is written, and in no other", () => {
  for (const length of [0, 1, 2, 3, 32, 64]) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
    expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
  }
  for (const other of ["A", "AB", "AA==", "A+/A", "A A", "AAA=", "中文"]) expect(fromBase64url(other)).toBeUndefined();
});

test("bytes are put together in order, compared whole, and read from hexadecimal digits", () => {
  expect(joinBytes(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  expect(fromHex("00fF10")).toEqual(Uint8Array.of(0, 255, 16));
});
