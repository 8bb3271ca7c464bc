import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { GetStatusAcrossResponseSchema } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { DocumentVerdict } from "../../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { type Issued, NOW, openScene, type Scene, SIGNED_AT } from "../../../test/attacks/scene.ts";
import { directClient, openTestRuntime, type TestRuntime, testCall } from "../../../test/fixtures/runtime.ts";
import { eventually } from "../../../test/node/eventually.ts";
import { createStampMaker, STAMPED_AT, stampPdf } from "../../../test/trust/stamp-maker.ts";
import { canonicalBytes, sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { RunningService } from "../../node/runtime.ts";
import type { StandingName } from "../../node/standing-name.ts";
import { statusOf } from "../../sync/exchange/status-across.ts";
import { usageService } from "../main.ts";
import { VERIFICATIONS } from "./verifications.ts";

const stamps = createStampMaker();
let scene: Scene;
let directory: string;
let environment: TestRuntime;
let running: RunningService;
let issued: Issued;
let state: CertificateState;
let asked: string[];
let away: boolean;
/** Since when a second record is known. */
let forkedSince: string;
/** This node has issued it. */
let own: boolean;

const record = () =>
  create(CertificateRecordSchema, {
    identifier: issued.message.metadata.identifier,
    node: "440100",
    state,
    stateSince: SIGNED_AT.toISOString(),
    issuedAt: SIGNED_AT.toISOString(),
    message: issued.messageBytes,
    messageCms: issued.messageCms,
    validFrom: issued.message.metadata.validFrom ?? "",
    validTo: issued.message.metadata.validTo ?? "",
    forkedSince,
  });

const clients = {
  "ecert.sync.v1.ArchiveService": {
    getCertificate: async ({ identifier }: { identifier: string }) => {
      asked.push(identifier);
      if (own) return { record: record() };
      throw new Refusal("CERTIFICATE_UNKNOWN", "not of this node");
    },
  },
  "ecert.sync.v1.ExchangeService": {
    getStatusAcross: async ({ identifier, signature }: { identifier: string; signature: Uint8Array }) => {
      if (away) throw new Refusal("PEER_AWAY", "the province is away");
      if (identifier !== issued.message.metadata.identifier) throw new Refusal("CERTIFICATE_UNKNOWN", "nowhere");
      const status = await statusOf(record(), signature, async () => new Uint8Array(issued.pdf));
      return create(GetStatusAcrossResponseSchema, { ...status, fromArchive: true });
    },
  },
};

beforeAll(async () => {
  scene = await openScene();
  directory = mkdtempSync(join(tmpdir(), "ecert-verify-"));
  issued = scene.issue("2026000001");
  const { root, signing } = scene.authority.certificates;
  writeFileSync(join(directory, "anchors.pem"), root + signing);
  const lists = scene.authority.crl();
  writeFileSync(join(directory, "signing.crl"), lists.signing);
  writeFileSync(join(directory, "stamps.pem"), stamps.rootPem);
  const signers = {
    anchorFiles: [join(directory, "anchors.pem")],
    revocationListFiles: [join(directory, "signing.crl")],
    timeStamps: { anchorFiles: [join(directory, "stamps.pem")] },
  };
  environment = await openTestRuntime({ service: "usage", now: NOW.toISOString(), config: { signers }, clients });
  running = await usageService.start(environment.runtime);
});
beforeEach(() => {
  state = CertificateState.ISSUED;
  asked = [];
  away = false;
  forkedSince = "";
  own = false;
});
afterAll(async () => {
  await environment.close();
  scene.close();
  rmSync(directory, { recursive: true, force: true });
});

const verify = async (document: Uint8Array, more: { messageSignature?: Uint8Array; message?: Uint8Array } = {}) => {
  const { report } = await directClient(running, VerifyService, { kind: "public" }).verifyDocument({
    document,
    messageSignature: more.messageSignature ?? new Uint8Array(),
    message: more.message ?? new Uint8Array(),
  });
  return report;
};

describe("public verification of documents", () => {
  test("tells verdict, signer and state of a certificate of another node", async () => {
    const report = await verify(issued.pdf);
    expect(report).toMatchObject({
      verdict: DocumentVerdict.VALID,
      verdictText: "真实有效",
      state: { state: "valid", source: "archive" },
      signature: { timeFrom: "record", revocationNow: { state: "good" } },
    });
    state = CertificateState.REVOKED;
    expect(await verify(issued.ofd)).toMatchObject({
      verdict: DocumentVerdict.NOT_IN_FORCE,
      state: { state: "revoked" },
    });
  });

  test("says of each of two certificates under one identifier that it cannot be told which of them stands", async () => {
    forkedSince = "2026-11-24T02:00:00.000Z";
    const other = scene.issue("2026000001", (message) => ({
      ...message,
      data: { ...message.data, capital: "壹佰万元" },
    }));
    expect(other.message.metadata.identifier).toBe(issued.message.metadata.identifier);
    for (const document of [issued.pdf, issued.ofd, other.pdf])
      expect(await verify(document)).toMatchObject({
        verdict: DocumentVerdict.UNDETERMINED,
        findings: expect.arrayContaining([
          expect.objectContaining({ code: "IDENTIFIER_FORKED", text: expect.stringContaining("另一份证照") }),
        ]),
        state: { state: "unknown" },
        altered: [],
      });
    state = CertificateState.REVOKED;
    expect(await verify(issued.pdf)).toMatchObject({ verdict: DocumentVerdict.NOT_IN_FORCE });
  });

  test("says of a certificate of a node that was put back to an older copy that its state may have changed", async () => {
    own = true;
    expect(await verify(issued.pdf)).toMatchObject({ verdict: DocumentVerdict.VALID, state: { source: "issuer" } });
    const { standing } = environment.runtime;
    Object.assign(environment.runtime, { standing: { ...standing, current: () => "behind" } });
    try {
      expect(await verify(issued.pdf)).toMatchObject({
        verdict: DocumentVerdict.UNDETERMINED,
        findings: expect.arrayContaining([expect.objectContaining({ code: "STATE_STALE" })]),
      });
      // Right after a start it waits for what its peers have seen of the node.
      const compared = Promise.withResolvers<void>();
      let current: StandingName = "uncompared";
      const first = () => compared.promise;
      Object.assign(environment.runtime, { standing: { ...standing, first, current: () => current } });
      const verified = verify(issued.pdf);
      await eventually(() => expect(asked).toHaveLength(3));
      current = "forked";
      compared.resolve();
      expect(await verified).toMatchObject({ verdict: DocumentVerdict.UNDETERMINED });
    } finally {
      Object.assign(environment.runtime, { standing });
    }
  });

  test("tells who stamped a signature and when, and the level that this makes", async () => {
    const report = await verify(stampPdf(stamps, issued.pdf));
    expect(report?.signature).toMatchObject({
      level: "B-T",
      timeFrom: "record",
      timeStamp: {
        time: STAMPED_AT.toISOString(),
        accuracyMs: 0n,
        authority: { commonName: "Stamp authority" },
        policy: "1.2.3.4",
        serial: "07",
        chain: [{ commonName: "Stamp authority" }, { commonName: "Stamp root" }],
      },
    });
    away = true;
    expect((await verify(stampPdf(stamps, issued.pdf)))?.signature).toMatchObject({ timeFrom: "stamp" });
    const other = await verify(stampPdf(createStampMaker(), issued.pdf));
    expect(other?.verdict).toBe(DocumentVerdict.INVALID);
    expect(other?.findings.map(({ code }) => code).filter((code) => code.startsWith("TIME"))).toEqual([
      "TIME_STAMP_INVALID",
    ]);
  });

  test("tells what was signed, by whom, when, chain, revocation then and now, state: by codes and in Chinese", async () => {
    const report = await verify(issued.messageBytes, { messageSignature: issued.messageCms });
    expect(report).toMatchObject({
      subject: { number: issued.message.metadata.number, validTo: issued.message.metadata.validTo ?? "" },
      signature: {
        scope: "message",
        scopeText: "数据电文全文",
        signer: { organizationCode: issued.message.metadata.issuer.code },
        algorithm: "ecdsa-p256-sha256",
        signedAt: SIGNED_AT.toISOString(),
        timeFrom: "record",
        timeFromText: "颁发节点存档",
        revocationAtSigning: { at: SIGNED_AT.toISOString(), state: "good", text: "未吊销" },
        revocationNow: { at: NOW.toISOString(), state: "good", text: "未吊销" },
      },
      state: { state: "valid", text: "有效", source: "archive", sourceText: "证照库", asOf: NOW.toISOString() },
    });
    expect(report?.signature?.chain).toHaveLength(2);
    for (const [code, text] of [
      [CertificateState.SUSPENDED, "暂扣"],
      [CertificateState.REVOKED, "注销"],
      [CertificateState.SUPERSEDED, "已换发"],
    ] as const) {
      state = code;
      expect((await verify(issued.pdf))?.state?.text).toBe(text);
    }
  });

  test("discloses nothing that the document does not show: a PDF alone gives no name, number or holder", async () => {
    const report = await verify(issued.pdf);
    const { number, holders } = issued.message.metadata;
    const said = JSON.stringify(report, (_, value) => (typeof value === "bigint" ? String(value) : value));
    expect(said).not.toContain(number);
    for (const { name, code } of holders) {
      expect(said).not.toContain(name);
      expect(said).not.toContain(code);
    }
  });

  test("asks nobody about a document whose signature is not good", async () => {
    const altered = Buffer.from(issued.pdf);
    altered[3000] = (altered[3000] ?? 0) ^ 1;
    const at = altered.indexOf("/Contents <3082") + 900;
    altered[at] = altered[at] === 0x30 ? 0x31 : 0x30;
    expect(await verify(altered)).toMatchObject({ verdict: DocumentVerdict.INVALID, state: { state: "unknown" } });
    expect(asked).toEqual([]);
  });

  test("names the page of an altered copy to whoever holds the genuine signature, and nothing of its state", async () => {
    const altered = Buffer.from(issued.pdf);
    altered[3000] = (altered[3000] ?? 0) ^ 1;
    const report = await verify(altered);
    expect(report).toMatchObject({ verdict: DocumentVerdict.INVALID, state: { state: "unknown", source: "none" } });
    expect(report?.altered[0]).toMatchObject({ kind: "page", name: "1", change: "altered" });
  });

  test("says so when nobody can be asked, and when nobody knows the certificate", async () => {
    away = true;
    expect(await verify(issued.pdf)).toMatchObject({ verdict: DocumentVerdict.UNDETERMINED });
    away = false;
    const report = await verify(scene.issue("2026000002").pdf);
    expect(report?.findings[0]).toMatchObject({ code: "CERTIFICATE_UNRECORDED", text: "证照库中没有该证照的记录" });
  });

  test("with a revocation list that ended five days ago, believes the record's time, and no time that only the signer claims", async () => {
    environment.setNow(new Date(SIGNED_AT.getTime() + 34 * 86_400_000).toISOString());
    const forms = [[issued.pdf], [issued.ofd], [issued.messageBytes, { messageSignature: issued.messageCms }]] as const;
    for (const [document, beside] of forms) {
      expect(await verify(document, beside)).toMatchObject({
        verdict: DocumentVerdict.VALID,
        signature: { timeFrom: "record" },
      });
    }
    away = true;
    for (const [document, beside] of forms) {
      const report = await verify(document, beside);
      expect(report?.verdict).toBe(DocumentVerdict.UNDETERMINED);
      expect(report?.findings.find(({ code }) => code === "REVOCATION_STALE")?.text).toContain("吊销列表已过期");
    }
    environment.setNow(NOW.toISOString());
  });

  test("names the fields in which an altered message differs from the record", async () => {
    const { data } = issued.message;
    const [field] = Object.entries(data).find(([, value]) => typeof value === "string") ?? [""];
    const altered = canonicalBytes({ ...issued.message, data: { ...data, [field]: "改" } });
    const report = await verify(altered, { messageSignature: issued.messageCms });
    expect(report).toMatchObject({ verdict: DocumentVerdict.INVALID });
    const text = `数据项 /data/${field} 被改动`;
    expect(report?.altered).toMatchObject([{ kind: "field", name: `/data/${field}`, change: "altered", text }]);
  });

  test("of a document that came part by part, tells what it tells of one that came at once; a process that was started anew says to begin again", async () => {
    const anybody = directClient(running, VerifyService, { kind: "public" });
    const documentId = randomUUID();
    const announced = { documentId, bytes: issued.pdf.length, sha256: sha256Hex(issued.pdf) };
    await anybody.beginDocument(announced);
    await anybody.putDocumentPart({ documentId, offset: 0, content: issued.pdf.subarray(0, 1_000) });
    await expect(anybody.verifyDocument({ documentId })).rejects.toThrow("1000 of");
    expect((await anybody.beginDocument(announced)).received).toBe(1_000);
    await anybody.putDocumentPart({ documentId, offset: 1_000, content: issued.pdf.subarray(1_000) });
    expect((await anybody.verifyDocument({ documentId })).report).toEqual(await verify(issued.pdf));
    await expect(anybody.verifyDocument({ documentId, document: issued.pdf })).rejects.toThrow("beside a document");
    const again = directClient(await usageService.start(environment.runtime), VerifyService, { kind: "public" });
    const lost = again.putDocumentPart({ documentId, offset: 1_000, content: new Uint8Array(1) });
    await expect(lost).rejects.toMatchObject({ reason: "UPLOAD_UNKNOWN" });
    expect((await again.beginDocument(announced)).received).toBe(0);
    await anybody.dropDocument({ documentId });
    await expect(anybody.verifyDocument({ documentId })).rejects.toMatchObject({ reason: "UPLOAD_UNKNOWN" });
  });

  test("refuses more than 30 calls a minute from one address", async () => {
    const mounted = running.services.find(({ descriptor }) => descriptor.typeName === VerifyService.typeName);
    const handler = mounted?.handlers.verifyDocument as (request: object, call: object) => Promise<unknown>;
    const request = { document: Buffer.from("x"), messageSignature: new Uint8Array(), message: new Uint8Array() };
    const call = { ...testCall({ kind: "public" }), address: "192.0.2.7" };
    for (let count = 0; count < VERIFICATIONS.perAddress; count++) await handler(request, call);
    await expect(handler(request, call)).rejects.toMatchObject({ reason: "RATE_EXCEEDED" });
    await handler(request, { ...call, address: "192.0.2.8" });
  });
});
