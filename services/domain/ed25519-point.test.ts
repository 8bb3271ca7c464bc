import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { isEd25519PublicKey } from "./ed25519-point.ts";

const hex = (text: string) => Buffer.from(text, "hex");

test("keys that are made are keys, and so is that of RFC 8032 §7.1", () => {
  for (let round = 0; round < 20; round++) {
    const { x } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
    expect(isEd25519PublicKey(Buffer.from(x as string, "base64url"))).toBe(true);
  }
  expect(isEd25519PublicKey(hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))).toBe(true);
});

test("what is no point, a point of small order, or of another length, is none", () => {
  const none = [
    "02".padEnd(64, "0"),
    "01".padEnd(64, "0"),
    "00".padEnd(64, "0"),
    `ec${"ff".repeat(30)}7f`,
    `ed${"ff".repeat(30)}7f`,
    "ff".repeat(32),
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
  ];
  for (const text of none) expect([text, isEd25519PublicKey(hex(text))]).toEqual([text, false]);
});
