import { createPrivateKey, createSign, randomBytes, randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { octetString, sequence, smallInteger, unsignedInteger } from "../der-write.ts";
import { modOrder, numberOf, octetsOf, SM2_ORDER, Sm2Point } from "./curve.ts";
import { sm2Digest, sm2Identity, sm3 } from "./digest.ts";
import { encryptPkcs8, generateSm2Key, readSm2PrivateKey, readSm2PrivateKeyPem } from "./private-key.ts";
import {
  isSm2PublicKey,
  readSm2PublicKey,
  SM2_KEY_ALGORITHM,
  type Sm2PublicKey,
  sm2PublicKey,
  writeSm2PublicKey,
} from "./public-key.ts";
import { readRawSm2Signature, readSm2Signature, type Sm2Signature, writeSm2Signature } from "./signature.ts";
import { verifySm2 } from "./verify.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const message = Buffer.from("message digest");

/** The worked example that implementations of GB/T 32918 share (identity 1234567812345678). */
const EXAMPLE = {
  d: "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8",
  x: "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020",
  y: "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13",
  z: "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3",
  e: "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640",
  k: "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21",
  r: "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3",
  s: "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA",
};

const plainKey = (scalar: Uint8Array) =>
  sequence(smallInteger(0), SM2_KEY_ALGORITHM, octetString(sequence(smallInteger(1), octetString(scalar))));
const exampleKey = (random?: (count: number) => Uint8Array) => readSm2PrivateKey(plainKey(hex(EXAMPLE.d)), random);
const publicKey = sm2PublicKey(hex(`04${EXAMPLE.x}${EXAMPLE.y}`));
const signature = writeSm2Signature({ r: BigInt(`0x${EXAMPLE.r}`), s: BigInt(`0x${EXAMPLE.s}`) });

/** GB/T 32918.2 §7 step by step in numbers, which `verifySm2` leaves to OpenSSL. */
function holdsByTheBook(key: Sm2PublicKey, digest: Uint8Array, signature: Uint8Array): boolean {
  const read = readSm2Signature(signature);
  if (read === undefined) return false;
  const t = modOrder(read.r + read.s);
  if (t === 0n) return false;
  const point = Sm2Point.fromAffine({ x: numberOf(key.x), y: numberOf(key.y) });
  const sum = Sm2Point.BASE.mulAddUnsafe(read.s, point, t);
  return !sum.is0() && modOrder(numberOf(digest) + sum.x) === read.r;
}

describe("SM3 (GB/T 32905)", () => {
  test.each([
    ["abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"],
    ["abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"],
  ])("digests %s as the standard's appendix does", (text, digest) => {
    expect(Buffer.from(sm3(Buffer.from(text))).toString("hex")).toBe(digest);
  });
});

describe("SM2 (GB/T 32918.2)", () => {
  test("the example's public key, Z and e come out", () => {
    const key = exampleKey();
    expect(key.publicKey).toMatchObject({ x: hex(EXAMPLE.x), y: hex(EXAMPLE.y) });
    expect(Uint8Array.from(sm2Identity(publicKey))).toEqual(hex(EXAMPLE.z));
    expect(Uint8Array.from(sm2Digest(publicKey, message))).toEqual(hex(EXAMPLE.e));
  });

  test("the example's signature comes out with its k, and verifies", () => {
    const key = exampleKey(() => Uint8Array.from(hex(EXAMPLE.k)));
    expect(key.sign(message)).toEqual(signature);
    expect(verifySm2(publicKey, message, signature)).toBe(true);
    expect(holdsByTheBook(publicKey, hex(EXAMPLE.e), signature)).toBe(true);
  });

  test("signs on with another k where the first is out of range", () => {
    const draws = [octetsOf(0n), octetsOf(SM2_ORDER), octetsOf(2n ** 256n - 1n), Uint8Array.from(hex(EXAMPLE.k))];
    expect(exampleKey(() => draws.shift() as Uint8Array).sign(message)).toEqual(signature);
    expect(draws).toEqual([]);
  });

  test("each signature has its own k, and verifies for no other message or key", () => {
    const { key } = generateSm2Key();
    const stranger = generateSm2Key().key;
    const seen = new Set<string>();
    for (let round = 0; round < 14; round++) {
      const text = Buffer.from(`证照 ${round}`);
      const made = key.sign(text);
      seen.add(Buffer.from(readSm2Signature(made)?.r.toString(16) ?? "").toString());
      expect(verifySm2(key.publicKey, text, made)).toBe(true);
      expect(verifySm2(key.publicKey, Buffer.from("别的"), made)).toBe(false);
      expect(verifySm2(stranger.publicKey, text, made)).toBe(false);
    }
    expect(seen.size).toBe(14);
  });

  test("a change of any bit of a signature is found", () => {
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = Uint8Array.from(signature);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifySm2(publicKey, message, changed), `bit ${bit}`).toBe(false);
    }
  });

  test("refuses numbers out of range, and r + s = n, which would verify anything", () => {
    const number = (value: bigint) => unsignedInteger(octetsOf(value));
    for (const [r, s] of [
      [0n, 1n],
      [1n, 0n],
      [SM2_ORDER, 1n],
      [1n, SM2_ORDER],
      [1n, SM2_ORDER - 1n],
    ] as const) {
      expect(verifySm2(publicKey, message, sequence(number(r), number(s)))).toBe(false);
    }
    const { r, s } = readSm2Signature(signature) ?? { r: 0n, s: 0n };
    expect(readRawSm2Signature(Buffer.concat([octetsOf(r), octetsOf(s)]))).toEqual({ r, s });
    expect(readRawSm2Signature(Buffer.concat([octetsOf(r), octetsOf(SM2_ORDER)]))).toBeUndefined();
    expect(readRawSm2Signature(signature)).toBeUndefined();
  });

  test("OpenSSL and the arithmetic of the standard agree on random keys, messages and signatures, good, foreign and broken", () => {
    for (let round = 0; round < 25; round++) {
      const { pkcs8, key } = generateSm2Key();
      const text = randomBytes(randomInt(0, 400));
      const { r, s } = readSm2Signature(key.sign(text)) as Sm2Signature;
      const native = createSign("sm3").update(sm2Identity(key.publicKey)).update(text);
      const cases: [Uint8Array, boolean | undefined][] = [
        [writeSm2Signature({ r, s }), true],
        [native.sign(createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" })), true],
        [writeSm2Signature({ r: s, s: r }), undefined],
        [writeSm2Signature({ r, s: modOrder(s + 1n) || 1n }), false],
        [writeSm2Signature({ r, s: SM2_ORDER - r }), false],
        [writeSm2Signature({ r: numberOf(randomBytes(31)) + 1n, s: numberOf(randomBytes(31)) + 1n }), undefined],
        // The same numbers in another spelling: a length of two octets, a zero in front, a sign.
        [Buffer.concat([hex("3081"), writeSm2Signature({ r, s }).subarray(1)]), false],
        [sequence(unsignedInteger(octetsOf(r)), hex("0221"), Uint8Array.of(0), octetsOf(s)), undefined],
        [Buffer.concat([writeSm2Signature({ r, s }), Uint8Array.of(0)]), false],
        [new Uint8Array(), false],
      ];
      for (const [made, expected] of cases) {
        const said = verifySm2(key.publicKey, text, made);
        expect(said).toBe(holdsByTheBook(key.publicKey, sm2Digest(key.publicKey, text), made));
        if (expected !== undefined) expect(said, Buffer.from(made).toString("hex")).toBe(expected);
      }
    }
  });

  test("signs a digest of 32 octets only", () => {
    expect(() => exampleKey().signDigest(new Uint8Array(20))).toThrow("32 octets");
  });
});

describe("SM2 keys", () => {
  test("public keys go through SubjectPublicKeyInfo and back", () => {
    const spki = writeSm2PublicKey(publicKey);
    expect(Buffer.from(spki).toString("hex")).toMatch(/^3059301306072a8648ce3d020106082a811ccf5501822d03420004/);
    expect(isSm2PublicKey(spki)).toBe(true);
    expect(readSm2PublicKey(spki)).toMatchObject({ x: hex(EXAMPLE.x), y: hex(EXAMPLE.y) });
  });

  test("refuses points off the curve, other forms and other curves", () => {
    const off = hex(`04${EXAMPLE.x}${EXAMPLE.x}`);
    expect(() => sm2PublicKey(off)).toThrow("not on the curve");
    expect(() => sm2PublicKey(Buffer.concat([hex("03"), hex(EXAMPLE.x)]))).toThrow("65 octets");
    const p256 = hex(
      "3059301306072a8648ce3d020106082a8648ce3d03010703420004" +
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    );
    expect(isSm2PublicKey(p256)).toBe(false);
    expect(() => readSm2PublicKey(p256)).toThrow("not an SM2 public key");
  });

  test("private keys go through plain and encrypted PKCS#8", () => {
    const { pkcs8, key } = generateSm2Key();
    expect(readSm2PrivateKey(pkcs8).publicKey).toMatchObject({ x: key.publicKey.x, y: key.publicKey.y });
    const pem = encryptPkcs8(pkcs8, "trial passphrase");
    expect(pem).toContain("BEGIN ENCRYPTED PRIVATE KEY");
    const read = readSm2PrivateKeyPem(pem, "trial passphrase");
    expect(verifySm2(key.publicKey, message, read.sign(message))).toBe(true);
    expect(() => readSm2PrivateKeyPem(pem, "wrong")).toThrow("wrong passphrase");
    expect(() => readSm2PrivateKeyPem(pem)).toThrow("no plain PKCS#8 key");
  });

  test("refuses secrets out of range: 0, n - 1 (which has no inverse of 1 + d) and above", () => {
    for (const scalar of [0n, SM2_ORDER - 1n, SM2_ORDER]) {
      expect(() => readSm2PrivateKey(plainKey(octetsOf(scalar)))).toThrow("out of range");
    }
  });

  test("a private key shows its secret in no print and no JSON", () => {
    const shown = JSON.stringify(exampleKey(), (_, value) => (typeof value === "bigint" ? value.toString(16) : value));
    expect(shown.toLowerCase()).not.toContain(EXAMPLE.d.toLowerCase().slice(4, 20));
  });
});

test("node:crypto signs nothing in this folder or the seals', and verifies by createVerify alone, in one place: its one-shot forms are not SM2", () => {
  const folder = import.meta.dirname;
  const files = [folder, join(folder, "../seal")].flatMap((path) =>
    readdirSync(path)
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => join(path, name)),
  );
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const imported = /import \{([^}]*)\} from "node:crypto"/.exec(readFileSync(file, "utf8"))?.[1] ?? "";
    const names = imported.split(",").map((name) => name.trim().replace(/^type /, ""));
    for (const banned of ["sign", "verify", "createSign", "createVerify", "generateKeyPairSync", "webcrypto"]) {
      if (banned === "createVerify" && file === join(folder, "verify.ts")) expect(names).toContain(banned);
      else expect(names, file).not.toContain(banned);
    }
  }
});
