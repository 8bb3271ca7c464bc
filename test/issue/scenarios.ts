import { createHash } from "node:crypto";
import { fromBinary } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import {
  CertificateRecordSchema,
  CertificateState as RecordState,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { parseCertificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { qrStatementOf, readQrText } from "../../services/domain/signed-qr.ts";
import { verifyAsNode } from "../../services/trust/node-key.ts";
import { HOLDER_ORGANISATION, LICENCE, OTHER_APP, PERMIT } from "./catalog.ts";
import { type House, type Instance, refusalOf } from "./house.ts";
import { issue, issued, messageIn } from "./road.ts";

function sha256(bytes: Uint8Array | undefined): string {
  return createHash("sha256")
    .update(bytes ?? "")
    .digest("hex");
}

/** What holds of making and issuing whatever agent is at the other end: the fake one here, the real one with its device. */
export function issueScenarios(open: () => Promise<House>): void {
  let house: House;
  let city: Instance;

  beforeEach(async () => {
    house = await open();
    city = await house.start();
  });
  afterEach(() => house.close());

  describe("4.4.4 making (制证)", () => {
    test("a certificate gets identifier and number and is made, not issued", async () => {
      const { certificate } = await city.issue.makeCertificate(house.order());
      expect(certificate?.state).toBe(CertificateState.MADE);
      const { serial, version } = parseCertificateIdentifier(certificate?.identifier ?? "");
      expect({ serial, version }).toEqual({ serial: certificate?.number, version: 1 });
      expect(certificate?.messageCms).toHaveLength(0);
    });

    test("its faces bear a QR text that the node signed, and that says what the message says", async () => {
      const { certificate } = await city.issue.makeCertificate(house.order());
      const { metadata } = messageIn(certificate);
      const { statement, signed, signature } = readQrText(metadata.qr ?? "");
      expect(statement).toEqual(qrStatementOf(metadata));
      const text = new TextEncoder().encode(signed);
      expect(verifyAsNode(house.nodePublicKeyPem, "ecert.qr.v1", text, signature)).toBe(true);
    });

    test("the same serial with the same data gives the same answer, with other data a refusal", async () => {
      const order = house.order({
        attachments: [{ name: "a.txt", mediaType: "text/plain", content: Buffer.from("a") }],
      });
      const first = await city.issue.makeCertificate(order);
      expect(await city.issue.makeCertificate({ ...order, requestId: "another" })).toEqual(first);
      const other = { ...order, order: { ...order.order, data: { ...order.order.data, capital: 501 } } };
      const refusal = await refusalOf(city.issue.makeCertificate(other), "SERIAL_REUSED");
      expect(refusal.fields[0]?.field).toBe("order.business_serial");
      expect(refusal.metadata.identifier).toBe(first.certificate?.identifier);
    });

    test("serials of different apps have nothing to do with each other", async () => {
      const order = house.order();
      const mine = await city.issue.makeCertificate(order);
      const theirs = await city.as(OTHER_APP).makeCertificate(order);
      expect(theirs.certificate?.identifier).not.toBe(mine.certificate?.identifier);
    });

    test("the face can be checked by eye before it is issued", async () => {
      const order = house.order();
      await city.issue.makeCertificate(order);
      const { file } = await city.issue.getFace(order.order);
      expect(
        Buffer.from(file?.content ?? [])
          .subarray(0, 5)
          .toString(),
      ).toBe("%PDF-");
      expect(file?.sha256).toBe(sha256(file?.content));
    });
  });

  describe("4.4.4 issuing (签发)", () => {
    test("issuing again answers the same certificate with the same signatures", async () => {
      await city.connectAgent();
      const order = house.order();
      const first = await issued(city, order);
      expect(first.state).toBe(CertificateState.ISSUED);
      expect(await issue(city, order)).toEqual(first);
    });

    test("evidence is kept before and after the signature", async () => {
      await city.connectAgent();
      const { identifier } = await issued(city, house.order());
      const lines = house.evidence.filter(({ body }) => body.identifier === identifier);
      expect(lines.map(({ kind }) => kind)).toEqual(["certificate-signing", "certificate-signed"]);
    });

    test("with the agent away it stays made, and the same call issues it later", async () => {
      const order = house.order();
      await city.issue.makeCertificate(order);
      const refusal = await refusalOf(issue(city, order), "AGENT_AWAY");
      expect(refusal.retryAfterMs).toBeGreaterThan(0);
      expect((await city.issue.getCertificate(order.order)).certificate?.state).toBe(CertificateState.MADE);
      const agent = await city.connectAgent();
      expect((await issue(city, order)).state).toBe(CertificateState.ISSUED);
      await agent.stop();
      const next = house.order();
      await city.issue.makeCertificate(next);
      await refusalOf(issue(city, next), "AGENT_AWAY");
    });

    test("what is signed on a later day tells that day", async () => {
      await city.connectAgent();
      const order = house.order();
      const made = (await city.issue.makeCertificate(order)).certificate;
      const next = new Date(house.runtime.now().getTime() + 86_400_000);
      house.setNow(next.toISOString());
      const { metadata } = messageIn(await issue(city, order));
      expect(metadata.preparedAt > messageIn(made).metadata.preparedAt).toBe(true);
      expect(metadata.identifier).toBe(made?.identifier);
    });
  });

  describe("4.4.4 changing", () => {
    test("a discarded certificate is not issued, and its number can be used again", async () => {
      await city.connectAgent();
      const order = house.order({ number: "粤A-1" });
      const { certificate } = await city.issue.makeCertificate(order);
      const { businessSerial } = order.order;
      const discarded = await city.issue.discardCertificate({ requestId: "d", businessSerial, cause: "录入错误" });
      expect(discarded.certificate?.state).toBe(CertificateState.DISCARDED);
      await refusalOf(issue(city, order), "STATE_CONFLICT");
      const again = await issued(city, house.order({ number: "粤A-1" }));
      expect(again.number).toBe("粤A-1");
      expect(again.identifier).not.toBe(certificate?.identifier);
    });

    test("suspend, resume and revoke carry reason and time, each once", async () => {
      await city.connectAgent();
      const { identifier } = await issued(city, house.order());
      const suspend = { requestId: "s", identifier, cause: "立案调查" };
      const suspended = (await city.issue.suspendCertificate(suspend)).certificate;
      expect([suspended?.state, suspended?.stateCause]).toEqual([CertificateState.SUSPENDED, "立案调查"]);
      const resumed = (await city.issue.resumeCertificate({ requestId: "r", identifier, cause: "结案" })).certificate;
      expect(resumed?.state).toBe(CertificateState.ISSUED);
      // A late repetition of the first call must not suspend it again.
      expect((await city.issue.suspendCertificate(suspend)).certificate).toEqual(resumed);
      await refusalOf(city.issue.resumeCertificate({ requestId: "r2", identifier, cause: "x" }), "STATE_CONFLICT");
      const revoked = (await city.issue.revokeCertificate({ requestId: "v", identifier, cause: "注销登记" }))
        .certificate;
      expect([revoked?.state, revoked?.stateCause]).toEqual([CertificateState.REVOKED, "注销登记"]);
      await refusalOf(city.issue.suspendCertificate({ ...suspend, requestId: "s2" }), "STATE_CONFLICT");
    });

    test("a replacement keeps number and serial, counts the version up, and supersedes the old one (换发)", async () => {
      await city.connectAgent();
      const old = await issued(city, house.order());
      const order = house.order({ data: { address: "广州市越秀区", capital: 900 } }, old.identifier);
      const made = (await city.issue.replaceCertificate({ ...order, replaces: old.identifier })).certificate;
      const { identifier } = old;
      expect((await city.archive.getCertificate({ identifier })).record?.state).toBe(RecordState.ISSUED);
      const next = await issue(city, order);
      expect([next.number, next.version, next.replaces]).toEqual([old.number, 2, old.identifier]);
      expect(next.identifier).toBe(made?.identifier);
      const superseded = (await city.issue.getCertificate({ identifier: old.identifier })).certificate;
      expect([superseded?.state, superseded?.replacedBy]).toEqual([CertificateState.SUPERSEDED, next.identifier]);
    });

    test("a certificate has one replacement at a time; after a discarded one the next version is free", async () => {
      await city.connectAgent();
      const old = await issued(city, house.order());
      const replaces = old.identifier;
      const first = house.order({}, replaces);
      await city.issue.replaceCertificate({ ...first, replaces });
      const second = house.order({}, replaces);
      const refusal = await refusalOf(city.issue.replaceCertificate({ ...second, replaces }), "STATE_CONFLICT");
      expect(refusal.metadata.business_serial).toBe(first.order.businessSerial);
      const { businessSerial } = first.order;
      await city.issue.discardCertificate({ requestId: "d", businessSerial, cause: "改错" });
      const { certificate } = await city.issue.replaceCertificate({ ...second, replaces });
      expect(certificate?.version).toBe(3);
    });
  });

  describe("4.6 the archive of the issuing node", () => {
    test("a holder's certificates are found by item, newest first, page by page", async () => {
      await city.connectAgent();
      const licences = [await issued(city, house.order()), await issued(city, house.order())];
      house.setNow(new Date(house.runtime.now().getTime() + 1_000).toISOString());
      const permit = await issued(city, house.order({ itemCode: PERMIT, validTo: "2031-01-04" }));
      const holder = { holderCodeType: "001", holderCode: HOLDER_ORGANISATION };
      const find = async (itemCodes: string[]) =>
        (await city.archive.findCertificates({ ...holder, itemCodes })).records.map(({ identifier }) => identifier);
      expect(await find([PERMIT])).toEqual([permit.identifier]);
      expect((await find([LICENCE])).sort()).toEqual(licences.map(({ identifier }) => identifier).sort());
      expect((await find([]))[0]).toBe(permit.identifier);
      expect(await find([LICENCE, PERMIT])).toHaveLength(3);
      const page = await city.archive.findCertificates({ ...holder, itemCodes: [], pageSize: 2 });
      const rest = await city.archive.findCertificates({ ...holder, itemCodes: [], pageToken: page.nextPageToken });
      expect([page.records.length, rest.records.length]).toEqual([2, 1]);
    });

    test("4.5.5 files are byte-identical at every call and are what was signed", async () => {
      await city.connectAgent();
      const content = Buffer.from("附件");
      const certificate = await issued(
        city,
        house.order({ attachments: [{ name: "说明.txt", mediaType: "text/plain", content }] }),
      );
      const { identifier } = certificate;
      const file = async (format: FileFormat) => (await city.archive.getFile({ identifier, format })).file;
      const pdf = await file(FileFormat.PDF);
      expect(pdf?.sha256).toBe(certificate.pdfSha256);
      expect(sha256(pdf?.content)).toBe(certificate.pdfSha256);
      expect(await file(FileFormat.PDF)).toEqual(pdf);
      expect((await file(FileFormat.MESSAGE))?.content).toEqual(certificate.message);
      expect((await file(FileFormat.MESSAGE_SIGNATURE))?.content).toEqual(certificate.messageCms);
      const blob = await city.outbox.getBlob({ sha256: sha256(content) });
      expect(Buffer.from(blob.content)).toEqual(content);
      const ofd = await file(FileFormat.OFD);
      expect(await file(FileFormat.OFD)).toEqual(ofd);
      const message = messageIn(certificate);
      const report = verifyOfd(ofd?.content ?? new Uint8Array(), { trust: house.trust, at: new Date() });
      expect(report).toMatchObject({ ok: true, signedAt: message.metadata.preparedAt });
      expect(message.faces).toContainEqual({ format: "ofd", sha256: report.coveredSha256 });
      const { file: face } = await city.issue.getFace({
        businessSerial: message.metadata.businessSerial,
        format: FileFormat.OFD,
      });
      expect(face).toEqual(ofd);
      await refusalOf(file(FileFormat.UNSPECIFIED), "CERTIFICATE_UNKNOWN");
    });

    test("a certificate that was not issued is not in the archive", async () => {
      const { certificate } = await city.issue.makeCertificate(house.order());
      const { identifier = "" } = certificate ?? {};
      await refusalOf(city.archive.getCertificate({ identifier }), "CERTIFICATE_UNKNOWN");
    });

    test("4.6.2 bucket digests change with the certificates, and only then", async () => {
      await city.connectAgent();
      const { identifier } = await issued(city, house.order());
      const before = await city.archive.listBuckets({ node: "440100" });
      expect(before.buckets.map(({ count }) => count)).toEqual([1n]);
      expect(await city.archive.listBuckets({ node: "440100" })).toEqual(before);
      await city.issue.suspendCertificate({ requestId: "s", identifier, cause: "x" });
      const after = await city.archive.listBuckets({ node: "440100" });
      expect(after.root).not.toBe(before.root);
      const bucket = after.buckets[0]?.bucket ?? "";
      const { records } = await city.archive.listBucketRecords({ node: "440100", bucket });
      expect(records.map((record) => record.identifier)).toEqual([identifier]);
      await refusalOf(city.archive.listBuckets({ node: "440300" }), "INVALID_FIELD");
    });

    test("4.6 what was issued is listed by its state; what was only made is not", async () => {
      await city.connectAgent();
      const one = await issued(city, house.order());
      const other = await issued(city, house.order());
      await city.issue.makeCertificate(house.order());
      await city.issue.suspendCertificate({ requestId: "s", identifier: one.identifier, cause: "x" });
      const inState = async (state: RecordState) => (await city.archive.listInState({ state })).identifiers;
      expect(await inState(RecordState.SUSPENDED)).toEqual([one.identifier]);
      expect(await inState(RecordState.ISSUED)).toEqual([other.identifier]);
      expect(await inState(RecordState.REVOKED)).toEqual([]);
    });
  });

  describe("4.6.2 pending events", () => {
    test("each change is one event with the whole record, oldest first, until it is confirmed", async () => {
      await city.connectAgent();
      const { identifier } = await issued(city, house.order());
      await city.issue.suspendCertificate({ requestId: "s", identifier, cause: "立案" });
      const { events } = await city.outbox.listPendingEvents({});
      expect(events.map(({ key }) => key)).toEqual([`${identifier}:3`, `${identifier}:4`]);
      const records = events.map(({ payload }) => fromBinary(CertificateRecordSchema, payload));
      expect(records.map(({ state }) => state)).toEqual([RecordState.ISSUED, RecordState.SUSPENDED]);
      expect((await city.archive.getCertificate({ identifier })).record).toEqual(records[1]);
      const keys = events.map(({ key }) => key);
      expect((await city.outbox.confirmEvents({ keys: [keys[0] ?? "", "unknown:1"] })).cleared).toBe(1);
      expect((await city.outbox.listPendingEvents({})).events.map(({ key }) => key)).toEqual(keys.slice(1));
      // Confirming is no change of the certificate: archives stay equal.
      expect((await city.archive.getCertificate({ identifier })).record).toEqual(records[1]);
    });

    test("a waiting relay is woken when a certificate is issued", async () => {
      await city.connectAgent();
      const waiting = city.outbox.listPendingEvents({ waitMs: 10_000 });
      const { identifier } = await issued(city, house.order());
      expect((await waiting).events[0]?.aggregateId).toBe(identifier);
    });
  });

  test("an app sees and changes only its own certificates", async () => {
    await city.connectAgent();
    const order = house.order();
    const { identifier } = await issued(city, order);
    const other = city.as(OTHER_APP);
    const { businessSerial } = order.order;
    const cause = { requestId: "x", cause: "x" };
    const calls = [
      other.getCertificate({ identifier }),
      other.getCertificate({ businessSerial }),
      other.getFace({ businessSerial }),
      other.issueCertificate({ requestId: "x", businessSerial }),
      other.revokeCertificate({ ...cause, identifier }),
      other.discardCertificate({ ...cause, businessSerial }),
      other.replaceCertificate({ ...house.order({}, identifier), replaces: identifier }),
    ];
    await Promise.all(calls.map((call: Promise<unknown>) => refusalOf(call, "CERTIFICATE_UNKNOWN")));
    expect((await other.listCertificates({})).certificates).toEqual([]);
    const mine = await city.issue.listCertificates({ state: CertificateState.ISSUED });
    expect(mine.certificates.map((certificate) => certificate.identifier)).toEqual([identifier]);
    expect(mine.certificates[0]?.message).toHaveLength(0);
  });
}
