import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { FaceSource } from "../../services/document/face-source.ts";
import { readPlainPdf } from "../../services/trust/verification/pdf-form.ts";
import { hiddenContent } from "../../services/trust/verification/pdf-hiding.ts";
import { exampleMessage, seedItems } from "../document/seed.ts";
import { createDepartment, DEPARTMENT } from "../trust/department.ts";
import { codes, type Issued, issuedStatus, NOW, openScene, recordOf, type Scene, SIGNED_AT, trustOf } from "./scene.ts";

let scene: Scene;
let issued: Issued;

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
});
afterAll(() => scene.close());

const message = () => ({ message: issued.messageBytes, messageSignature: issued.messageCms });

describe("a genuine certificate", () => {
  test("as PDF is valid, and the report tells who signed what, when, and how it stands", async () => {
    const report = await scene.verify(issued.pdf, { status: recordOf(issued) });
    expect(report.findings.filter(({ weight }) => weight !== "note")).toEqual([]);
    expect(report).toMatchObject({
      kind: "pdf",
      verdict: "valid",
      verdictText: "真实有效",
      subject: { identifier: issued.message.metadata.identifier },
      signature: {
        signer: { organizationCode: DEPARTMENT.organizationCode },
        signedAt: SIGNED_AT,
        timeFrom: "record",
        revocation: { atSigning: { state: "good" }, now: { state: "good" } },
      },
      state: { state: "valid", source: "issuer", ageSeconds: 0 },
      altered: [],
    });
    expect(report.signature?.chain.map(({ commonName }) => commonName)).toEqual([
      DEPARTMENT.commonName,
      "Trial signing authority",
      "Trial root",
    ]);
  });

  test("as data message is valid", async () => {
    const report = await scene.verify(issued.messageBytes, { messageSignature: issued.messageCms });
    expect(report).toMatchObject({ kind: "message", verdict: "valid" });
    expect(report.subject).toMatchObject({ number: issued.message.metadata.number, name: "营业执照" });
  });

  test("as PDF beside its data message is valid", async () => {
    expect(await scene.verify(issued.pdf, message())).toMatchObject({
      verdict: "valid",
      subject: { name: "营业执照" },
    });
  });

  test.each(["RSA"] as const)("signed with %s is valid", async (kind) => {
    const other = await openScene(kind);
    const one = other.issue("2026000002");
    expect(await other.verify(one.pdf)).toMatchObject({
      verdict: "valid",
      signature: { algorithm: "rsa-pkcs1-sha256" },
    });
    other.close();
  });

  test.each(["/ByteRange [0 1 2 3]", "/ByteRange", "%%EOF", "startxref 9", "endstream endobj", "]]></x:xmpmeta>"])(
    "whose number reads %s is valid in every form: no text of an order is taken for a part of the file",
    async (text) => {
      const named = (from: FaceSource) => ({ ...from, metadata: { ...from.metadata, number: `粤 A${text}` } });
      const one = scene.issue("2026000003", named);
      for (const [bytes, change] of [
        [one.pdf, {}],
        [one.ofd, {}],
        [one.messageBytes, { messageSignature: one.messageCms }],
      ] as const) {
        const { verdict, findings } = await scene.verify(bytes, change);
        expect({ verdict, faults: findings.filter(({ weight }) => weight !== "note") }).toEqual({
          verdict: "valid",
          faults: [],
        });
      }
    },
  );

  test("is undetermined where nobody can tell its state", async () => {
    const { status: _, ...offline } = scene.options;
    const report = await scene.verify(issued.pdf, { ...offline, status: { statusOf: async () => undefined } });
    expect(report.verdict).toBe("undetermined");
    expect(codes(report)).toContain("STATE_UNKNOWN");
    const unrecorded = await scene.verify(issued.pdf, { status: { statusOf: async () => "unrecorded" } });
    expect(codes(unrecorded)[0]).toBe("CERTIFICATE_UNRECORDED");
  });

  test.each([
    ["suspended", "CERTIFICATE_SUSPENDED"],
    ["revoked", "CERTIFICATE_REVOKED"],
    ["superseded", "CERTIFICATE_SUPERSEDED"],
  ] as const)("that is %s is genuine and not in force", async (state, code) => {
    const report = await scene.verify(issued.pdf, { status: issuedStatus({ state, since: "2026-11-24T08:00:00Z" }) });
    expect(report.verdict).toBe("notInForce");
    expect(codes(report)[0]).toBe(code);
    expect(report.state).toMatchObject({ state, since: "2026-11-24T08:00:00Z" });
  });

  test("past its last day is expired, whoever is asked or not", async () => {
    const short = scene.issue("2026000003", (draft) => ({
      ...draft,
      metadata: { ...draft.metadata, validTo: "2026-11-24" },
    }));
    for (const status of [issuedStatus(), { statusOf: async () => undefined }]) {
      const report = await scene.verify(short.pdf, { status });
      expect(report).toMatchObject({ verdict: "notInForce", state: { state: "expired" } });
    }
  });

  test("verified by states that are too old is undetermined", async () => {
    const asOf = new Date(NOW.getTime() - 8 * 86_400_000);
    const report = await scene.verify(issued.pdf, { status: issuedStatus({ source: "bundle", asOf }) });
    expect(report).toMatchObject({ verdict: "undetermined", state: { state: "valid", ageSeconds: 691_200 } });
    expect(codes(report)[0]).toBe("STATE_STALE");
  });

  test("stays valid when its signing certificate is expired or revoked later", async () => {
    const at = new Date(NOW.getTime() + 400 * 86_400_000);
    const status = issuedStatus({ asOf: at, issuedAt: SIGNED_AT });
    const lasting = scene.issue("2026000004", (draft) => {
      const { validTo: _, ...metadata } = draft.metadata;
      return { ...draft, metadata };
    });
    const late = await scene.verify(lasting.pdf, { at, status });
    expect(late.verdict).toBe("valid");
    expect(codes(late)).toContain("SIGNER_EXPIRED_SINCE");
    const other = await createDepartment(scene.authority, "P-256");
    const one = scene.issue("2026000005", undefined, other);
    scene.authority.revoke(other.serial, "cessationOfOperation", new Date(SIGNED_AT.getTime() + 3_600_000));
    const recorded = { ...trustOf(scene.authority), status: recordOf(one) };
    const report = await scene.verify(one.pdf, recorded);
    expect(report.verdict).toBe("valid");
    expect(codes(report)).toContain("SIGNER_REVOKED_SINCE");
    expect(report.signature?.revocation.now).toMatchObject({ state: "revoked", cause: "cessationOfOperation" });
  });
});

test("every seed item's face is in plain form, with nothing hidden in it", () => {
  const renderer = createFaceRenderer();
  for (const [name, item] of seedItems()) {
    const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
    const plain = readPlainPdf(Buffer.from(face.preparePdf(exampleMessage(item)).bytes));
    expect("different" in plain ? plain.different : hiddenContent(plain), name).toEqual([]);
  }
});
