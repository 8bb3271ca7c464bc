import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodeOf } from "../../ops/ecert/exit-code.ts";
import { reportText } from "../../ops/ecert/print-report.ts";
import { DocumentVerdict, FindingWeight } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { PATH } from "../../services/document/ofd/package-files.ts";
import { PROVIDER, SIGN_PATH } from "../../services/document/ofd/sign-ofd.ts";
import { readZip } from "../../services/document/ofd/zip-read.ts";
import { packFile, writeZip } from "../../services/document/ofd/zip-write.ts";
import type { VerificationReport } from "../../services/trust/verification/report.ts";
import { reportMessage } from "../../services/usage/verification/report-message.ts";
import type { Department } from "../trust/department.ts";
import { signedAnew } from "./pdf-surgery.ts";
import { codes, type Issued, openScene, type Scene } from "./scene.ts";

let scene: Scene;
let elsewhere: Scene;
let issued: Issued;

beforeAll(async () => {
  [scene, elsewhere] = [await openScene(), await openScene()];
  issued = scene.issue("2026000001");
});
afterAll(() => {
  scene.close();
  elsewhere.close();
});

/** A package that another program made and signed: it knows of no data message. */
function packageOf(
  signer: Department,
  { provider = "other", list = (text: string) => text } = {},
): Map<string, Buffer> {
  const files = new Map(readZip(issued.ofd));
  files.delete(PATH.message);
  const listed = Buffer.from(list(`${files.get(SIGN_PATH.list)}`));
  files.set(SIGN_PATH.list, listed);
  const signature = Buffer.from(
    `${files.get(SIGN_PATH.signature)}`
      .replaceAll(`="${PROVIDER}"`, `="${provider}"`)
      .replace(new RegExp(`<(\\w+:)?Reference FileRef="/${PATH.message}".*?</(\\w+:)?Reference>`), ""),
  );
  const value = signer.signDigest(createHash("sha256").update(signature).digest(), { pades: false });
  return files.set(SIGN_PATH.signature, signature).set(SIGN_PATH.value, Buffer.from(value));
}

const packed = (files: Map<string, Buffer>) =>
  writeZip([...files].map(([path, content]) => packFile(path, content, 3)));
const outcome = ({ verdict, findings }: VerificationReport) => [verdict, findings[0]?.code];

describe("a document that is sound, and not of this platform, is foreign and not forged", () => {
  test("where another program signed it for somebody whom nobody here knows, who is named", async () => {
    const report = await scene.verify(packed(packageOf(elsewhere.department)));
    expect(outcome(report)).toEqual(["foreign", "SIGNER_UNKNOWN"]);
    expect(report.verdictText).toBe("签名完好，但不是本平台签发");
    expect(report.signature?.signer.organization).toBe(elsewhere.department.signer.parsed.subject.organization);
  });

  test("where it is a PDF of such a signer", async () => {
    const report = await scene.verify(signedAnew(issued.pdf, elsewhere.department, () => {}, "/Prev 12345"));
    expect(outcome(report)).toEqual(["foreign", "SIGNER_UNKNOWN"]);
  });

  test("where a department that is known here signed it with another program", async () => {
    const report = await scene.verify(packed(packageOf(scene.department)));
    expect(outcome(report)).toEqual(["foreign", "ISSUED_ELSEWHERE"]);
    expect(codes(report)).not.toContain("IDENTIFIER_MISSING");
  });

  test("but altered it is invalid, whoever signed it", async () => {
    for (const signer of [scene.department, elsewhere.department]) {
      const files = packageOf(signer);
      files.set(PATH.page, Buffer.concat([files.get(PATH.page) as Buffer, Buffer.from(" ")]));
      expect(outcome(await scene.verify(packed(files)))).toEqual(["invalid", "CONTENT_ALTERED"]);
    }
  });

  test("and one that claims to be ours is forged where its signer is not known", async () => {
    const forged = elsewhere.issue("2026000002");
    for (const [bytes, change] of [
      [forged.pdf, {}],
      [forged.ofd, {}],
      [forged.messageBytes, { messageSignature: forged.messageCms }],
      [packed(packageOf(elsewhere.department, { provider: PROVIDER })), {}],
    ] as const) {
      const report = await scene.verify(bytes, change);
      expect(report.verdict).toBe("invalid");
      expect(codes(report)).toContain("SIGNER_UNTRUSTED");
    }
  });
});

describe("a form that is not read here is unsupported, and neither valid nor forged", () => {
  test("several signatures in one OFD", async () => {
    const list = (text: string) => text.replace(/<(?:\w+:)?Signature .*?\/>/, "$&$&");
    const report = await scene.verify(packed(packageOf(elsewhere.department, { list })));
    expect(outcome(report)).toEqual(["unsupported", "FORM_UNSUPPORTED"]);
    expect(report.verdictText).toBe("这种格式本平台不能判断");
  });

  test("a file of any other kind", async () => {
    expect(outcome(await scene.verify(Buffer.from("营业执照")))).toEqual(["unsupported", "FORMAT_UNKNOWN"]);
  });
});

test("one cause is told once, with its first cases and how many there are more, and people are told five findings", async () => {
  const files = packageOf(scene.department);
  for (let place = 0; place < 40; place++) files.set(`Doc_0/More/${place}.xml`, Buffer.from("<x/>"));
  const report = await scene.verify(packed(files));
  expect(report.altered).toHaveLength(40);
  expect(codes(report).filter((code) => code === "CONTENT_ADDED")).toHaveLength(1);
  expect(report.findings[0]?.detail).toMatch(/^Doc_0\/More\/0\.xml .*; and 35 more$/);
  const many = { ...report, findings: Array.from({ length: 9 }, () => report.findings[0] as never) };
  expect(reportText("x.ofd", many).match(/CONTENT_ADDED/g)).toHaveLength(5);
  expect(reportText("x.ofd", many)).toContain("另有 4 项");
});

test("the contract and the exit code tell both from the four verdicts that there were", async () => {
  const foreign = await scene.verify(packed(packageOf(elsewhere.department)));
  const unsupported = await scene.verify(Buffer.from("x"));
  const [first] = reportMessage(foreign).findings ?? [];
  expect([reportMessage(foreign).verdict, first?.weight]).toEqual([DocumentVerdict.FOREIGN, FindingWeight.FOREIGN]);
  expect(reportMessage(unsupported).verdict).toBe(DocumentVerdict.UNSUPPORTED);
  expect(
    [["foreign"], ["unsupported", "valid"], ["foreign", "invalid"]].map((all) => exitCodeOf(all as never)),
  ).toEqual([7, 6, 1]);
});
