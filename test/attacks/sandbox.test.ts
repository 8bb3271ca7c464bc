import { afterAll, beforeAll, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { FaceSource } from "../../services/document/face-source.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { certificateSerial } from "../../services/domain/certificate-serial.ts";
import { type QrStatement, qrText } from "../../services/domain/signed-qr.ts";
import { verifyQr } from "../../services/trust/verification/verify-qr.ts";
import { exampleMessage } from "../document/seed.ts";
import { DEPARTMENT } from "../trust/department.ts";
import { codes, type Issued, issuedStatus, licence, NOW, openScene, recordOf, type Scene } from "./scene.ts";

/*
 * 6.2.4: what a sandbox makes is invalid to every verifier of production, also where somebody has put the sandbox's seal certificate among those
 * that are trusted: here the very same signer signs both.
 */

const SANDBOX = "TEST440100";
const { typeCode } = licence();
const serial = certificateSerial({
  ...{ node: SANDBOX, issueDate: "2026-11-24", app: `${SANDBOX}-scjg`, businessSerial: "1" },
});
const identifier = certificateIdentifier({ typeCode, issuer: DEPARTMENT.organizationCode, serial, version: 1 });

/** The message as a sandbox makes it; `change` takes marks off again. */
const tried =
  (change: Partial<FaceSource["metadata"]> = {}) =>
  (message: FaceSource): FaceSource => ({
    ...message,
    metadata: { ...message.metadata, identifier, number: serial, node: SANDBOX, ...change },
  });

let scene: Scene;
let issued: Issued;

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue(serial, tried());
});
afterAll(() => scene.close());

const FORMS = ["pdf", "ofd", "messageBytes"] as const;
const signatureOf = (form: (typeof FORMS)[number], of: Issued) =>
  form === "messageBytes" ? { messageSignature: of.messageCms } : {};

test.each(FORMS)(
  "6.2.4: a %s of a sandbox is invalid in production, by its own reason first, and its state is not asked for",
  async (form) => {
    const asked: string[] = [];
    const status = {
      statusOf: async (one: string) => {
        asked.push(one);
        return issuedStatus().statusOf(one, {});
      },
    };
    const report = await scene.verify(issued[form], { ...signatureOf(form, issued), status });
    expect(report.verdict).toBe("invalid");
    expect(codes(report)[0]).toBe("SANDBOX_CERTIFICATE");
    expect(report.findings[0]?.text).toBe("沙箱测试证照，不具任何效力");
    expect(report.state.state).toBe("unknown");
    expect(asked).toEqual([]);
  },
);

test.each(FORMS)("6.2.4: the sandbox itself finds its %s valid, and that of another sandbox invalid", async (form) => {
  const own = { ...signatureOf(form, issued), status: recordOf(issued) };
  expect((await scene.verify(issued[form], { ...own, sandbox: SANDBOX })).verdict).toBe("valid");
  const other = await scene.verify(issued[form], { ...own, sandbox: "TEST440300" });
  expect([other.verdict, codes(other)[0]]).toEqual(["invalid", "SANDBOX_CERTIFICATE"]);
});

test("6.2.4: one mark is enough: who takes some off makes no certificate of it", async () => {
  const real = certificateSerial({ node: "440100", issueDate: "2026-11-24", app: "a", businessSerial: "1" });
  const plain = certificateIdentifier({ typeCode, issuer: DEPARTMENT.organizationCode, serial: real, version: 1 });
  for (const change of [
    { node: "440100" },
    { number: "粤1", node: "440100" },
    { identifier: plain, number: real },
    { identifier: plain, node: "440100" },
  ]) {
    const forged = scene.issue(serial, tried(change));
    const report = await scene.verify(forged.messageBytes, { messageSignature: forged.messageCms });
    expect([report.verdict, codes(report)[0]], JSON.stringify(change)).toEqual(["invalid", "SANDBOX_CERTIFICATE"]);
  }
});

test("6.2.4: the QR code of a sandbox is told by its own reason, whether or not its key is known", async () => {
  const statement: QrStatement = {
    ...{ identifier, number: serial, name: "营业执照", holder: "岭**", issueDate: "2026-11-24", node: SANDBOX },
  };
  const report = await verifyQr(qrText(statement, "A".repeat(86)), { keys: { single: new Map() }, at: NOW });
  expect([report.verdict, report.findings.map(({ code }) => code)]).toEqual(["invalid", ["SANDBOX_CERTIFICATE"]]);
});

test("6.2.4: every face of a sandbox bears 测试 across the page, as PDF and OFD, and no other face changes by a byte", () => {
  const item = licence();
  const face = createFaceRenderer().compile(JSON.stringify(item.template), item.sealPicture);
  const message = exampleMessage(item);
  const marked = tried({ identifier: message.metadata.identifier, number: message.metadata.number })(message);
  const preview = face.preparePreview(message, { watermark: "测试" }).bytes.length;
  const plain = face.preparePdf(message).bytes.length;
  expect(face.preparePdf(marked).bytes.length - plain).toBeGreaterThan((preview - plain) * 0.9);
  expect(face.prepareOfd(marked).digest).not.toBe(face.prepareOfd(message).digest);
  const elsewhere = { ...message, metadata: { ...message.metadata, node: "440300" } };
  expect(face.preparePdf(elsewhere).bytes.length).toBe(plain);
});
