import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ecdsaSignature, p256PublicKey, rsaPublicKey, sha256DigestInfo } from "./key-form.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
const point = ec.export({ type: "spki", format: "der" }).subarray(-65);

describe("forms of device keys", () => {
  test.each<[string, Uint8Array]>([
    ["wrapped in an OCTET STRING", Buffer.concat([Buffer.from([0x04, 65]), point])],
    ["bare", point],
  ])("reads an EC point %s", (_form, ecPoint) => {
    const spki = p256PublicKey(ecPoint) as Uint8Array;
    expect(createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }).equals(ec)).toBe(true);
  });

  test("refuses a compressed point and one of another curve", () => {
    expect(p256PublicKey(Buffer.concat([Buffer.from([2]), point.subarray(1, 33)]))).toBeUndefined();
    expect(p256PublicKey(Buffer.alloc(97, 4))).toBeUndefined();
  });

  test("builds an RSA key whose modulus has its high bit set", () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { n, e } = publicKey.export({ format: "jwk" });
    const spki = rsaPublicKey(Buffer.from(n as string, "base64url"), Buffer.from(e as string, "base64url"));
    expect(createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }).equals(publicKey)).toBe(true);
  });

  test("writes r and s as positive, minimal integers", () => {
    const raw = Buffer.alloc(64);
    raw[31] = 0x7f;
    raw[32] = 0x80;
    const hex = Buffer.from(ecdsaSignature(raw)).toString("hex");
    expect(hex).toBe(`3026${"02017f"}${"0221"}00${"80".padEnd(64, "0")}`);
  });

  test("RFC 8017 §9.2: DigestInfo is 19 octets and the digest", () => {
    expect(sha256DigestInfo(Buffer.alloc(32)).length).toBe(51);
  });
});
