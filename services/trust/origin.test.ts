import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../domain/canonical.ts";
import { type OriginStatement, originBytes } from "../domain/origin-statement.ts";
import { Refusal } from "../domain/refusal.ts";
import { loadOriginKeys, type SignedOrigin, verifyOrigin } from "./origin.ts";
import { signOrigin } from "./origin-sign.ts";

const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed25519 = generateKeyPairSync("ed25519");
const pem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();
const now = new Date("2026-11-24T02:00:00Z");

const statement: OriginStatement = {
  schema: "ecert.origin.v1",
  app: "gz-scjg",
  businessSerial: "20261124-0001",
  itemCode: "100001",
  issuerCode: "11440100MB2C91870E",
  holders: [{ name: "广州某某有限公司", code: "91440101MA5CXXXX0X", codeType: "001" }],
  issueDate: "2026-11-24",
  data: { name: "广州某某有限公司", capital: 100 },
  attachments: [],
  signedAt: "2026-11-24T09:59:30+08:00",
};

const keys = loadOriginKeys([
  { id: "p256", publicKeyPem: pem(p256.publicKey) },
  { id: "ed25519", publicKeyPem: pem(ed25519.publicKey) },
  { id: "other-app", publicKeyPem: pem(p256.publicKey), apps: ["gz-rsj"] },
  { id: "same-app", publicKeyPem: pem(p256.publicKey), apps: ["gz-scjg"] },
]);

const rules = { keys, maxAgeSeconds: 300, maxSkewSeconds: 30 };

function refusalOf(origin: SignedOrigin, at = now): Refusal {
  try {
    verifyOrigin(rules, origin, at);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error("was not refused");
}

const reasonOf = (origin: SignedOrigin, at = now): string => {
  try {
    verifyOrigin(rules, origin, at);
    return "accepted";
  } catch (error) {
    return error instanceof Refusal ? error.reason : String(error);
  }
};
const signed = (keyId: string, key = p256.privateKey, over = statement): SignedOrigin => ({
  keyId,
  signature: signOrigin(key, over),
  statement: over,
});

describe("origin signatures (来源签名)", () => {
  test("of both kinds of key are accepted", () => {
    expect(reasonOf(signed("p256"))).toBe("accepted");
    expect(reasonOf(signed("ed25519", ed25519.privateKey))).toBe("accepted");
    expect(reasonOf(signed("same-app"))).toBe("accepted");
  });

  test("may be made from a PEM key", () => {
    const key = ed25519.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(reasonOf({ keyId: "ed25519", signature: signOrigin(key, statement), statement })).toBe("accepted");
  });

  test("of a key that is not configured are refused", () => {
    expect(reasonOf(signed("p384"))).toBe("ORIGIN_KEY_UNKNOWN");
  });

  test.each<[string, Partial<OriginStatement>]>([
    ["data", { data: { ...statement.data, capital: 101 } }],
    ["holder", { holders: [] }],
    ["serial", { businessSerial: "20261124-0002" }],
    ["signing time", { signedAt: "2026-11-24T09:59:31+08:00" }],
    ["certificate replaced", { replaces: "1.2.156.3005.2" }],
  ])("over another %s are refused", (_part, change) => {
    const origin = signed("p256");
    expect(reasonOf({ ...origin, statement: { ...statement, ...change } })).toBe("ORIGIN_INVALID");
  });

  test("by another key, cut short, or of a key for another app are refused", () => {
    const origin = signed("p256");
    expect(reasonOf(signed("ed25519"))).toBe("ORIGIN_INVALID");
    expect(reasonOf({ ...origin, signature: origin.signature.subarray(1) })).toBe("ORIGIN_INVALID");
    expect(reasonOf({ ...origin, signature: new Uint8Array() })).toBe("ORIGIN_INVALID");
    expect(reasonOf(signed("other-app"))).toBe("ORIGIN_INVALID");
  });

  test("that another library made in another form or over a digest are refused with which, and what to do, in both languages", () => {
    const octets = originBytes(statement);
    const digest = createHash("sha256").update(octets).digest();
    const told = (keyId: string, signature: Uint8Array) => {
      const [field] = refusalOf({ keyId, signature, statement }).fields;
      expect(field).toMatchObject({ field: "origin.signature", remedy: expect.any(String) });
      return [field?.description, field?.localized];
    };
    const raw = sign("sha256", octets, { key: p256.privateKey, dsaEncoding: "ieee-p1363" });
    expect(told("p256", raw)).toEqual(["is r and s in 64 octets", expect.stringContaining("请改为DER编码")]);
    const overDigest = [expect.stringContaining("over the SHA-256"), expect.stringContaining("请直接对规范化字节签名")];
    expect(told("p256", sign("sha256", digest, p256.privateKey))).toEqual(overDigest);
    expect(told("ed25519", sign(null, digest, ed25519.privateKey))).toEqual(overDigest);
    expect(told("ed25519", sign("sha256", octets, p256.privateKey))).toEqual([
      expect.stringMatching(/^has 7\d octets, one of an Ed25519 key has 64$/),
      expect.stringContaining("Ed25519签名应为64字节"),
    ]);
    expect(told("p256", sign("sha256", octets, stranger.privateKey))).toEqual([
      expect.stringContaining("does not fit the data"),
      expect.stringContaining("ValidateOrigin"),
    ]);
  });

  test("name key, app, age and the digest of the statement where they are refused", () => {
    const origin = signed("p256");
    expect(refusalOf(signed("p384")).fields).toMatchObject([
      { field: "origin.key_id", localized: expect.stringMatching(/p384.*登记/) },
    ]);
    expect(refusalOf(signed("other-app"))).toMatchObject({
      metadata: { keyId: "other-app", app: "gz-scjg" },
      fields: [{ field: "origin.key_id", description: "key other-app does not belong to app gz-scjg" }],
    });
    const altered = { ...origin, statement: { ...statement, businessSerial: "other" } };
    expect(refusalOf(altered).metadata.statementSha256).toBe(sha256Hex(originBytes(altered.statement)));
    const stale = refusalOf(origin, new Date("2026-11-24T03:59:30Z"));
    expect(stale.metadata).toMatchObject({ ageSeconds: "7200", maxAgeSeconds: "300" });
    expect(stale.fields).toMatchObject([
      {
        field: "origin.signed_at",
        description: "signed 7200 s ago, at most 300 s are allowed",
        localized: expect.stringContaining("之前7200秒，最多允许300秒，请用当前时间对同一申请重新签名"),
      },
    ]);
    const early = refusalOf(origin, new Date("2026-11-24T01:58:30Z"));
    expect(early.fields[0]).toMatchObject({ description: "signed 60 s in the future, at most 30 s are allowed" });
    expect(early.localized).toContain("之后60秒，最多允许30秒");
  });

  test("are stale after their age and before their time", () => {
    const origin = signed("p256");
    const signedAt = Date.parse(statement.signedAt);
    expect(reasonOf(origin, new Date(signedAt + 300_000))).toBe("accepted");
    expect(reasonOf(origin, new Date(signedAt + 301_000))).toBe("ORIGIN_STALE");
    expect(reasonOf(origin, new Date(signedAt - 30_000))).toBe("accepted");
    expect(reasonOf(origin, new Date(signedAt - 31_000))).toBe("ORIGIN_STALE");
  });

  test("with a time that is none are refused", () => {
    for (const signedAt of ["", "yesterday", "2026-11-24", "2026-11-24T10:00:00", "2026-13-24T10:00:00Z"]) {
      expect(reasonOf(signed("p256", p256.privateKey, { ...statement, signedAt }))).toBe("ORIGIN_INVALID");
    }
  });

  test("a configuration with unsuitable or doubled keys is refused", () => {
    const others = [
      generateKeyPairSync("ec", { namedCurve: "P-384" }),
      generateKeyPairSync("ec", { namedCurve: "SM2" }),
      generateKeyPairSync("rsa", { modulusLength: 2048 }),
    ];
    for (const { publicKey } of others) {
      expect(() => loadOriginKeys([{ id: "a", publicKeyPem: pem(publicKey) }])).toThrow("not a P-256 or Ed25519");
    }
    expect(() => loadOriginKeys([{ id: "a", publicKeyPem: "-----" }])).toThrow("not a P-256 or Ed25519");
    const key = { id: "a", publicKeyPem: pem(p256.publicKey) };
    expect(() => loadOriginKeys([key, key])).toThrow("given twice");
  });
});
