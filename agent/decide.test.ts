import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type DataMessage, originStatementOf } from "../services/domain/message.ts";
import { loadOriginKeys } from "../services/trust/origin.ts";
import { signOrigin } from "../services/trust/origin-sign.ts";
import type { SigningCertificate } from "../services/trust/signing-certificate.ts";
import { type Circumstances, decide, type Question } from "./decide.ts";
import type { ItemRule, Policy } from "./policy.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
const UNIT = "11440100MB2C91870E";
const signer = {
  parsed: { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2026-12-31T00:00:00Z") },
} as SigningCertificate;

const policy: Policy = {
  seals: new Map([
    [
      "S1",
      { code: "S1", keyLabel: "k", signer, items: new Set(["I1", "I2"]), units: new Set([UNIT]), ratePerMinute: 60 },
    ],
  ]),
  apps: new Map([
    ["app", undefined],
    ["narrow", new Set(["I2"])],
  ]),
  items: new Map<string, ItemRule>([["I2", { origin: "attested", render: "never", templates: new Set(["t1"]) }]]),
  originKeys: loadOriginKeys([{ id: "k1", publicKeyPem, apps: ["app", "narrow"] }]),
  originMaxAgeSeconds: 3_600,
};

const circumstances: Circumstances = { node: "440100", now: new Date("2026-06-01T04:00:00Z"), clockSkewSeconds: 30 };

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
  return { message, origin, templateSha256: "t1", ...changes };
}

const refusalOf = (question: Question, at: Partial<Circumstances> = {}) => {
  try {
    decide(policy, question, { ...circumstances, ...at });
    return "allowed";
  } catch (error) {
    const { reason, metadata } = error as { reason: string; metadata: { rule?: string } };
    return metadata.rule ? `${reason} ${metadata.rule}` : reason;
  }
};

describe("policy decision", () => {
  test("allows what every rule allows, with the seal and the strictest rule for an item without its own", () => {
    expect(decide(policy, ask(), circumstances)).toMatchObject({
      seal: { keyLabel: "k" },
      item: { origin: "required", render: "always" },
    });
  });

  test.each<[string, Partial<DataMessage["metadata"]>]>([
    ["POLICY_REFUSED node", { node: "440300" }],
    ["POLICY_REFUSED seal", { seal: "S2" }],
    ["POLICY_REFUSED item", { itemCode: "I3" }],
    ["POLICY_REFUSED unit", { issuer: { name: "局", code: "other", division: "440100" } }],
    ["POLICY_REFUSED app", { app: "stranger" }],
    ["POLICY_REFUSED app-item", { app: "narrow" }],
    ["POLICY_REFUSED prepared-at", { preparedAt: "2026-06-01T12:01:00+08:00" }],
    ["POLICY_REFUSED prepared-at", { preparedAt: "soon" }],
  ])("%s for %o", (expected, metadata) => {
    expect(refusalOf(ask(metadata))).toBe(expected);
  });

  test("5.8.4: the signing certificate must be valid now", () => {
    expect(refusalOf(ask(), { now: new Date("2027-01-01T00:00:00Z") })).toBe("SIGNER_EXPIRED");
    expect(refusalOf(ask(), { now: new Date("2025-12-31T00:00:00Z") })).toBe("SIGNER_EXPIRED");
  });

  test("an item's pinned templates are the only ones", () => {
    expect(refusalOf(ask({ itemCode: "I2" }))).toBe("allowed");
    expect(refusalOf(ask({ itemCode: "I2" }, { templateSha256: "t2" }))).toBe("POLICY_REFUSED template");
  });

  test("one PDF can be signed, and one OFD behind it", () => {
    const question = ask();
    const [face] = question.message.faces;
    const ofd = { format: "ofd" as const, sha256: "1" };
    const pair = face ? [face, ofd] : [];
    expect(refusalOf({ ...question, message: { ...question.message, faces: pair } })).toBe("allowed");
    for (const faces of [[], [ofd], face ? [face, face] : [], face ? [ofd, face] : [], [...pair, ofd]]) {
      expect(refusalOf({ ...question, message: { ...question.message, faces } })).toBe("POLICY_REFUSED faces");
    }
  });

  test("an origin signature is demanded where required, and verified wherever there is one", () => {
    expect(refusalOf(ask({}, { origin: undefined }))).toBe("ORIGIN_MISSING");
    expect(refusalOf(ask({ itemCode: "I2" }, { origin: undefined }))).toBe("allowed");
    const question = ask({ itemCode: "I2" });
    const data = { forged: true };
    expect(refusalOf({ ...question, message: { ...question.message, data } })).toBe("ORIGIN_INVALID");
    expect(refusalOf(ask(), { now: new Date("2026-06-01T05:00:00Z") })).toBe("ORIGIN_STALE");
  });
});
