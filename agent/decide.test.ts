import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { DataMessage } from "../services/domain/message.ts";
import { originStatementOf } from "../services/domain/origin-statement.ts";
import { loadOriginKeys } from "../services/trust/origin.ts";
import { signOrigin } from "../services/trust/origin-sign.ts";
import type { SigningCertificate } from "../services/trust/signing-certificate.ts";
import { decide } from "./decide.ts";
import type { ItemRule, Policy } from "./policy.ts";
import type { Circumstances, Question } from "./question.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const hall = generateKeyPairSync("ed25519");
const pemOf = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();
const publicKeyPem = pemOf(publicKey);
const [UNIT, OTHER_UNIT] = ["11440100MB2C91870E", "11440106MB9DEM11X6"] as const;
const signer = {
  parsed: { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2026-12-31T00:00:00Z") },
} as SigningCertificate;

const policy: Policy = {
  seals: new Map([
    [
      "S1",
      {
        ...{ code: "S1", keyLabel: "k", signer, items: new Set(["I1", "I2"]), ratePerMinute: 60 },
        units: new Map([UNIT, OTHER_UNIT].map((code) => [code, { code, name: "局", division: "440100" }])),
        picture: { text: "{}", sha256: "" },
      },
    ],
  ]),
  sandbox: false,
  apps: new Map([
    ["app", undefined],
    ["narrow", new Set(["I2"])],
  ]),
  delegates: new Map([["hall", [{ units: new Set([UNIT]), items: new Set(["I1"]), until: "2026-06-01" }]]]),
  items: new Map<string, ItemRule>([["I2", { origin: "attested" }]]),
  originKeys: loadOriginKeys([
    { id: "k1", publicKeyPem, apps: ["app", "narrow"] },
    { id: "h1", publicKeyPem: pemOf(hall.publicKey), apps: ["hall"] },
  ]),
  officers: new Map(),
  originMaxAgeSeconds: 3_600,
};

const circumstances: Circumstances = {
  ...{ node: "440100", now: new Date("2026-06-01T04:00:00Z"), clockSkewSeconds: 30 },
  officers: { of: () => undefined },
};

function ask(metadata: Partial<DataMessage["metadata"]> = {}, changes: Partial<Question> = {}) {
  const message: DataMessage = {
    schema: "ecert.message.v1",
    metadata: {
      identifier: "id",
      number: "1",
      name: "证照",
      typeCode: "t",
      itemCode: "I1",
      itemVersion: 1,
      version: 1,
      holders: [{ name: "某人", code: "1", codeType: "111" }],
      issuer: { name: "局", code: UNIT, division: "440100" },
      issueDate: "2026-06-01",
      preparedAt: "2026-06-01T12:00:00+08:00",
      node: "440100",
      app: "app",
      businessSerial: "s1",
      seal: "S1",
      ...metadata,
    },
    data: {},
    attachments: [],
    faces: [{ format: "pdf", sha256: "0".repeat(64) }],
  };
  const signedAt = "2026-06-01T03:30:00Z";
  const signature = signOrigin(privateKey, originStatementOf(message, signedAt, true));
  const origin = { keyId: "k1", signedAt, signature, numberGiven: true };
  return { message, origin, ...changes };
}

const refusalOf = (question: Question, at: Partial<Circumstances> = {}) => {
  try {
    decide(policy, question, { ...circumstances, ...at });
    return "allowed";
  } catch (error) {
    const { reason, metadata } = error as { reason: string; metadata: { member?: string } };
    return metadata.member ? `${reason} ${metadata.member}` : reason;
  }
};

describe("policy decision", () => {
  test("allows what every rule allows, with the seal and the strictest rule for an item without its own", () => {
    expect(decide(policy, ask(), circumstances)).toMatchObject({
      seal: { keyLabel: "k" },
      item: { origin: "required" },
    });
  });

  test.each<[string, Partial<DataMessage["metadata"]>]>([
    ["POLICY_REFUSED metadata.node", { node: "440300" }],
    ["POLICY_REFUSED metadata.seal", { seal: "S2" }],
    ["POLICY_REFUSED metadata.itemCode", { itemCode: "I3" }],
    ["POLICY_REFUSED metadata.issuer.code", { issuer: { name: "局", code: "other", division: "440100" } }],
    ["POLICY_REFUSED metadata.issuer.name", { issuer: { name: "别的局", code: UNIT, division: "440100" } }],
    ["POLICY_REFUSED metadata.issuer.division", { issuer: { name: "局", code: UNIT, division: "440300" } }],
    ["POLICY_REFUSED metadata.app", { app: "stranger" }],
    ["POLICY_REFUSED metadata.itemCode", { app: "narrow" }],
    ["POLICY_REFUSED metadata.preparedAt", { preparedAt: "2026-06-01T12:01:00+08:00" }],
    ["POLICY_REFUSED metadata.preparedAt", { preparedAt: "2026-05-31T23:59:59+08:00" }],
    ["POLICY_REFUSED metadata.preparedAt", { preparedAt: "2026-06-01T04:00:00+00:00" }],
    ["POLICY_REFUSED metadata.preparedAt", { preparedAt: "soon" }],
  ])("%s for %o", (expected, metadata) => {
    expect(refusalOf(ask(metadata))).toBe(expected);
  });

  test("6.2.4: an agent of a sandbox signs for its sandbox alone, and one of production never does", () => {
    const at = { node: "TEST440100" };
    const tests: Policy = { ...policy, sandbox: true };
    const decided = (rules: Policy, node: string) => () => decide(rules, ask({ node }), { ...circumstances, node });
    expect(decided(tests, "TEST440100")().seal.code).toBe("S1");
    const refused = expect.objectContaining({
      reason: "POLICY_REFUSED",
      metadata: expect.objectContaining({ member: "metadata.node" }),
    });
    expect(decided(policy, "TEST440100")).toThrow(refused);
    expect(decided(tests, "440100")).toThrow(refused);
    expect(refusalOf(ask({ node: "440100" }), at)).toBe("POLICY_REFUSED metadata.node");
  });

  test("5.8.4: the signing certificate must be valid now", () => {
    expect(refusalOf(ask(), { now: new Date("2027-01-01T00:00:00Z") })).toBe("SIGNER_EXPIRED");
    expect(refusalOf(ask(), { now: new Date("2025-12-31T00:00:00Z") })).toBe("SIGNER_EXPIRED");
  });

  test("what was prepared a moment before midnight may be signed a moment after it", () => {
    const midnight = new Date("2026-06-01T16:00:10Z");
    const signed = (preparedAt: string) => {
      const { origin: _none, ...question } = ask({ preparedAt });
      const signedAt = "2026-06-01T15:59:00Z";
      const signature = signOrigin(privateKey, originStatementOf(question.message, signedAt, true));
      const origin = { keyId: "k1", signedAt, signature, numberGiven: true };
      return refusalOf({ ...question, origin }, { now: midnight });
    };
    expect(signed("2026-06-01T23:59:50+08:00")).toBe("allowed");
    expect(signed("2026-05-31T23:59:50+08:00")).toBe("POLICY_REFUSED metadata.preparedAt");
  });

  describe("5.6.2, 6.4.4.2: the app of another department that asks on the department's behalf", () => {
    const asked = (metadata: Partial<DataMessage["metadata"]> = {}, { keyId = "h1", key = hall.privateKey } = {}) => {
      const { message } = ask({ app: "hall", ...metadata });
      const signedAt = "2026-06-01T03:30:00Z";
      const signature = signOrigin(key, originStatementOf(message, signedAt, true));
      return { message, origin: { keyId, signedAt, signature, numberGiven: true } };
    };
    const unit = (code: string) => ({ issuer: { name: "局", code, division: "440100" } });

    test("is signed for with its own key, for the named unit and item, on its last day", () => {
      expect(refusalOf(asked())).toBe("allowed");
      expect(refusalOf(asked(), { now: new Date("2026-06-01T04:25:00Z") })).toBe("allowed");
    });

    test("is refused another unit and another item, though the seal would sign both, and everything behind its last day", () => {
      expect(refusalOf(ask(unit(OTHER_UNIT)))).toBe("allowed");
      expect(refusalOf(asked(unit(OTHER_UNIT)))).toBe("POLICY_REFUSED metadata.issuer.code");
      expect(refusalOf(asked({ itemCode: "I2" }))).toBe("POLICY_REFUSED metadata.itemCode");
      const after = { preparedAt: "2026-06-02T00:00:01+08:00" };
      expect(refusalOf(asked(after), { now: new Date("2026-06-01T16:00:01Z") })).toBe("POLICY_REFUSED metadata.app");
    });

    test("does not sign as an app of the department, nor such an app as it", () => {
      expect(refusalOf(asked({ app: "app" }))).toBe("ORIGIN_INVALID");
      expect(refusalOf(asked({}, { keyId: "k1", key: privateKey }))).toBe("ORIGIN_INVALID");
      expect(refusalOf(asked({}, { keyId: "h1", key: privateKey }))).toBe("ORIGIN_INVALID");
    });
  });

  test("an origin signature is demanded where required, and verified wherever there is one", () => {
    expect(refusalOf(ask({}, { origin: undefined }))).toBe("ORIGIN_MISSING origin");
    expect(refusalOf(ask({ itemCode: "I2" }, { origin: undefined }))).toBe("allowed");
    const question = ask({ itemCode: "I2" });
    const data = { forged: true };
    expect(refusalOf({ ...question, message: { ...question.message, data } })).toBe("ORIGIN_INVALID");
    expect(refusalOf(ask(), { now: new Date("2026-06-01T05:00:00Z") })).toBe("ORIGIN_STALE");
  });
});
