import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { DocumentVerdict } from "../../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { FaceAbsence, VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import {
  type Issued,
  licence,
  makeSeal,
  NOW,
  openScene,
  type Scene,
  SIGNED_AT,
  signOfd,
  signPdf,
} from "../../../test/attacks/scene.ts";
import { chunk, makePng } from "../../../test/document/png.ts";
import { directClient, openTestRuntime, type TestRuntime, testCall } from "../../../test/fixtures/runtime.ts";
import { createFaceRenderer } from "../../document/face.ts";
import { sealImage } from "../../document/ofd/seal-image.ts";
import { shownParts } from "../../document/ofd/shown-parts.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { messageBytes } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { RunningService } from "../../node/runtime.ts";
import { readMessageView } from "../../trust/verification/message-view.ts";
import { usageService } from "../main.ts";
import { createDrawnFaces } from "./drawn-faces.ts";

const item = licence();
let scene: Scene;
let directory: string;
let environment: TestRuntime;
let running: RunningService;
let issued: Issued;
let record: Issued["message"];
let state: CertificateState;
let template: string;
let asked: { code: string; version: number }[];

const clients = {
  "ecert.sync.v1.ArchiveService": {
    getCertificate: async () => ({
      record: create(CertificateRecordSchema, {
        state,
        issuedAt: SIGNED_AT.toISOString(),
        message: messageBytes(record),
        messageCms: issued.messageCms,
      }),
    }),
    getFile: async () => ({ file: { content: issued.pdf } }),
  },
  "ecert.catalog.v1.CatalogService": {
    getCatalogItem: async ({ code, version }: { code: string; version: number }) => {
      asked.push({ code, version });
      if (template === "") throw new Refusal("ITEM_UNKNOWN", "not of this node");
      return { item: { content: { typeCode: item.typeCode, faceTemplateJson: template } } };
    },
  },
};

beforeAll(async () => {
  scene = await openScene();
  directory = mkdtempSync(join(tmpdir(), "ecert-faces-"));
  issued = scene.issue("2026000001");
  const { root, signing } = scene.authority.certificates;
  writeFileSync(join(directory, "anchors.pem"), root + signing);
  writeFileSync(join(directory, "signing.crl"), scene.authority.crl().signing);
  const signers = {
    anchorFiles: [join(directory, "anchors.pem")],
    revocationListFiles: [join(directory, "signing.crl")],
  };
  environment = await openTestRuntime({ service: "usage", now: NOW.toISOString(), config: { signers }, clients });
  running = await usageService.start(environment.runtime);
});
beforeEach(() => {
  state = CertificateState.ISSUED;
  record = issued.message;
  template = JSON.stringify(item.template);
  asked = [];
});
afterAll(async () => {
  await environment.close();
  scene.close();
  rmSync(directory, { recursive: true, force: true });
});

const NONE = new Uint8Array();
const verify = (document: Uint8Array, messageSignature: Uint8Array = NONE, message: Uint8Array = NONE) =>
  directClient(running, VerifyService, { kind: "public" }).verifyDocument({
    ...{ document, messageSignature, message, faceWanted: true },
  });

/** The same PDF as a department has whose template embeds the data message. */
function withMessage(): Buffer {
  const { faces: _, ...source } = issued.message;
  const embedding = { ...(item.template as object), output: { pdf: "A-3b" } };
  const pdf = createFaceRenderer().compile(JSON.stringify(embedding), item.sealPicture).preparePdf(source);
  record = { ...issued.message, faces: [{ format: "pdf", sha256: pdf.digest }] };
  return signPdf(pdf, scene.department);
}

test("a face is drawn of a genuine OFD, data message or PDF that holds its message, in force or not, by the version that the message names", async () => {
  const { itemCode: code, itemVersion: version } = issued.message.metadata;
  for (const { report, face } of [
    await verify(issued.ofd),
    await verify(issued.messageBytes, issued.messageCms),
    await verify(issued.pdf, issued.messageCms, issued.messageBytes),
    await verify(withMessage()),
  ]) {
    expect(report?.verdict).toBe(DocumentVerdict.VALID);
    expect(face?.absence ?? 0).toBe(FaceAbsence.UNSPECIFIED);
    expect(Buffer.from(face?.pdf ?? NONE).toString("latin1", 0, 8)).toBe("%PDF-1.7");
  }
  expect(asked).toEqual(Array.from({ length: 4 }, () => ({ code, version })));
  record = issued.message;
  state = CertificateState.REVOKED;
  const { report, face } = await verify(issued.ofd);
  expect(report?.verdict).toBe(DocumentVerdict.NOT_IN_FORCE);
  expect(face?.pdf?.length).toBeGreaterThan(1_000);
});

test("nothing is drawn of what is altered, foreign or of no known format, nor asked of the catalog", async () => {
  const altered = Buffer.from(issued.pdf);
  altered[3000] = (altered[3000] ?? 0) ^ 1;
  const stranger = await openScene();
  const foreign = stranger.issue("2026000001");
  stranger.close();
  for (const document of [altered, foreign.pdf, foreign.ofd, Buffer.from("ffd8ffe0", "hex")]) {
    const { face } = await verify(document);
    expect(face).toMatchObject({ pdf: NONE, absence: FaceAbsence.NOT_GENUINE });
  }
  expect(asked).toEqual([]);
});

test("a PDF that does not hold its message yields no picture, since nothing is shown that was not handed in", async () => {
  const { report, face } = await verify(issued.pdf);
  expect(report?.verdict).toBe(DocumentVerdict.VALID);
  expect(face).toMatchObject({ pdf: NONE, absence: FaceAbsence.NO_MESSAGE });
  expect(asked).toEqual([]);
});

test("without the template, or where the face shows attachments, the answer says so, and systems that want no picture get none", async () => {
  template = "";
  expect((await verify(issued.ofd)).face).toMatchObject({ pdf: NONE, absence: FaceAbsence.NO_TEMPLATE });
  const photo = { type: "image", box: [10, 10, 20, 20], attachment: "photo.png" };
  const { elements } = item.template as { elements: object[] };
  template = JSON.stringify({ ...(item.template as object), elements: [...elements, photo] });
  const attachments = [{ name: "photo.png", mediaType: "image/png", size: 1, sha256: "0".repeat(64) }];
  const pictured = scene.issue("2026000002", (message) => ({ ...message, attachments }));
  record = pictured.message;
  const { face } = await verify(pictured.messageBytes, pictured.messageCms);
  expect(face).toMatchObject({ pdf: NONE, absence: FaceAbsence.ATTACHMENTS_ELSEWHERE });
  const client = directClient(running, VerifyService, { kind: "public" });
  const plain = { document: issued.ofd, messageSignature: NONE, message: NONE, faceWanted: false };
  record = issued.message;
  expect((await client.verifyDocument(plain)).face).toBeUndefined();
});

/** An OFD whose face shows a photo, of a department that signs as the scene does. */
async function pictured({ department, authority }: Scene, sealed: boolean) {
  // With what does not show, which faces leave out: the file holds other octets than the attachment.
  const photo = makePng(60, 80, { extra: [chunk("tEXt", Buffer.from("Author\0nobody"))] });
  const attachment = { name: "照片", mediaType: "image/png", size: photo.length, sha256: sha256Hex(photo) };
  const { elements } = item.template as { elements: object[] };
  const shown = { type: "image", box: [150, 40, 35, 45], attachment: "照片" };
  template = JSON.stringify({ ...(item.template as object), elements: [...elements, shown] });
  const { faces: _, ...source } = { ...issued.message, attachments: [attachment] };
  const files = new Map([[attachment.sha256, photo]]);
  const prepared = createFaceRenderer().compile(template, item.sealPicture).prepareOfd(source, { sealed, files });
  record = { ...source, faces: [{ format: "ofd", sha256: prepared.digest }] };
  const seal = sealed ? await makeSeal(authority, [department], sealImage(item.sealPicture)) : undefined;
  return { ofd: signOfd(prepared, department, seal), message: record, attachment };
}

test("5.8: the photo of a genuine OFD is drawn, as the file holds it under its signature; the data message alone has none to draw", async () => {
  const { ofd, message, attachment } = await pictured(scene, false);
  const { report, face } = await verify(ofd);
  expect(report?.verdict).toBe(DocumentVerdict.VALID);
  expect(face).toMatchObject({ absence: FaceAbsence.UNSPECIFIED, sealed: false });
  expect(Buffer.from(face?.pdf ?? NONE).includes("/Subtype /Image")).toBe(true);
  const call = testCall({ kind: "public" });
  const faces = createDrawnFaces(environment.runtime);
  const genuine = await scene.verify(ofd);
  const other = new Map([["0".repeat(64), makePng(60, 80)]]);
  expect(shownParts(ofd).pictures.has(attachment.sha256)).toBe(true);
  expect(await faces.draw({ report: genuine, message, shown: { pictures: other } }, call)).toEqual({
    absence: FaceAbsence.ATTACHMENTS_ELSEWHERE,
  });
  await faces.close();
});

test("GB/T 38540: the electronic seal of an OFD is drawn from its own picture at the place of its stamp", async () => {
  const national = await openScene("SM2");
  const { ofd, message } = await pictured(national, true);
  const report = await national.verify(ofd);
  national.close();
  expect(report.verdict).toBe("valid");
  const shown = shownParts(ofd);
  const [, , width, height] = shown.stamp?.box ?? [];
  expect(shown.stamp).toMatchObject({ seal: { kind: "vector", width, height } });
  const faces = createDrawnFaces(environment.runtime, { maxMs: 60_000 });
  const call = testCall({ kind: "public" });
  const sealed = await faces.draw({ report, message, shown }, call);
  const bare = await faces.draw({ report, message, shown: { pictures: shown.pictures } }, call);
  expect([sealed.sealed, bare.sealed]).toEqual([true, false]);
  expect(sealed.pdf?.length).toBeGreaterThan((bare.pdf?.length ?? 0) + 1_000);
  await faces.close();
});

test("a face that takes too long, or finds too many before it, is not drawn, and its document is verified nevertheless", async () => {
  const report = await scene.verify(issued.ofd);
  const message = readMessageView(issued.messageBytes);
  const call = testCall({ kind: "public" });
  for (const limits of [{ maxMs: 1 }, { maxWaiting: 0 }]) {
    const faces = createDrawnFaces(environment.runtime, limits);
    const drawn = await Promise.all([1, 2, 3].map(() => faces.draw({ report, message }, call)));
    expect(drawn).toContainEqual({ absence: FaceAbsence.NOT_DRAWN });
    await faces.close();
  }
});
