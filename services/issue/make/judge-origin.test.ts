import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type OriginStatement, originBytes } from "../../domain/origin-statement.ts";
import { Refusal } from "../../domain/refusal.ts";
import { loadOriginKeys, type OriginRules } from "../../trust/origin.ts";
import { signOrigin } from "../../trust/origin-sign.ts";
import { judgeOrigin } from "./judge-origin.ts";

const key = generateKeyPairSync("ed25519");
const publicKeyPem = key.publicKey.export({ type: "spki", format: "pem" }).toString();
const now = new Date("2026-11-24T02:00:00Z");
const statement: OriginStatement = {
  schema: "ecert.origin.v1",
  app: "gz-scjg",
  businessSerial: "1",
  itemCode: "100001",
  issuerCode: "11440100MB2C91870E",
  holders: [{ name: "广州某某有限公司", code: "91440101MA5CXXXX0X", codeType: "001" }],
  issueDate: "2026-11-24",
  data: { name: "公司" },
  attachments: [{ name: "a.pdf", mediaType: "application/pdf", size: 3, sha256: "00" }],
  signedAt: "2026-11-24T01:50:00Z",
};
const origin = {
  keyId: "k1",
  signature: signOrigin(key.privateKey, statement),
  statement: new Uint8Array() as Uint8Array,
};
const rulesOf = (id: string, maxAgeSeconds: number): OriginRules => ({
  keys: loadOriginKeys([{ id, publicKeyPem }]),
  maxAgeSeconds,
  maxSkewSeconds: 30,
});
const refusalOf = (rules: OriginRules[] | undefined, given = origin): Refusal => {
  try {
    judgeOrigin(statement, given, rules, now);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error("was not refused");
};

describe("the core's judgement of an origin signature, by what the agents have told", () => {
  test("is left to the agents where they told nothing", () => {
    expect(judgeOrigin(statement, origin, undefined, now)).toBeUndefined();
  });

  test("is good where one of several agents takes it, and the closest refusal where none does", () => {
    const long = rulesOf("k1", 3_600);
    expect(judgeOrigin(statement, origin, [rulesOf("k2", 60), rulesOf("k1", 60), long], now)).toBe(long);
    expect(refusalOf([rulesOf("k1", 60), rulesOf("k2", 60)]).reason).toBe("ORIGIN_STALE");
    expect(refusalOf([rulesOf("k2", 60)]).reason).toBe("ORIGIN_KEY_UNKNOWN");
  });

  test("names each member by its place in the request, with both digests, where the signed octets are sent along", () => {
    const { app: _app, holders: _holders, issueDate: _date, ...rest } = statement;
    const signed = {
      ...rest,
      app: "other",
      holders: [{ ...statement.holders[0], codeType: "111" }],
      data: { name: "别人" },
      attachments: [{ ...statement.attachments[0], size: 4, mediaType: "text/plain" }],
      signedAt: "2026-11-24T09:50:00+08:00",
      replaces: null,
      validFrom: "",
      nonsense: 1,
    };
    const octets = originBytes(signed as unknown as OriginStatement);
    const refusal = refusalOf(undefined, { ...origin, statement: octets });
    expect(refusal.reason).toBe("ORIGIN_INVALID");
    expect(refusal.fields.map(({ field }) => field)).toEqual([
      "origin.statement",
      "order.holders[0].code_type",
      "order.issue_date",
      "/data/name",
      "order.attachments[0].media_type",
      "order.attachments[0].content",
      "origin.signed_at",
      "origin.statement",
      "replaces",
      "order.valid_from",
    ]);
    for (const { remedy, localized } of refusal.fields) expect([remedy, localized]).not.toContain(undefined);
    expect(refusal.fields[2]).toMatchObject({
      description: 'issueDate is not in the signed statement, and the order has "2026-11-24"',
      localized: '所签声明缺少issueDate，申请中为"2026-11-24"，请加入后重新签名',
    });
    expect(refusal.fields[9]).toMatchObject({ remedy: "leave validFrom out of the statement, not empty, and sign it" });
    expect(refusal.metadata.statementSha256).not.toBe(refusal.metadata.signedSha256);
    expect(refusal.localized).toContain("请");
  });

  test("says where the form is another, and that what was sent is no statement", () => {
    const loose = new TextEncoder().encode(JSON.stringify(statement));
    expect(refusalOf(undefined, { ...origin, statement: loose }).fields).toMatchObject([
      { field: "origin.statement", remedy: expect.stringContaining("RFC 8785") },
    ]);
    expect(refusalOf(undefined, { ...origin, statement: Uint8Array.of(0xff) }).fields).toMatchObject([
      { field: "origin.statement", description: "the signed statement is no JSON in UTF-8" },
    ]);
  });

  test("goes on to the signature where the octets are the statement", () => {
    const same = { ...origin, statement: originBytes(statement), signature: new Uint8Array(64) };
    expect(refusalOf([rulesOf("k1", 3_600)], same).fields).toMatchObject([{ field: "origin.signature" }]);
  });
});
