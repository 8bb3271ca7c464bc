import { fromBinary } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, test } from "vitest";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { RecoveryService } from "../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import {
  CertificateRecordSchema,
  CertificateState as RecordState,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { directClient } from "../fixtures/runtime.ts";
import { HOLDER_ORGANISATION, LICENCE, PERMIT } from "./catalog.ts";
import { certificateEvents } from "./certificate-events.ts";
import { type House, type Instance, refusalOf } from "./house.ts";
import { issued, messageIn } from "./road.ts";
import { type Scene, sha256 } from "./scene.ts";

const SYNC = { kind: "service", node: "440100", name: "sync" } as const;

/** What holds of the issuing node's archive, and of the events that tell others. */
export function archiveScenarios(scene: () => Scene): void {
  let house: House;
  let city: Instance;
  beforeEach(() => {
    ({ house, city } = scene());
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

    test("a certificate of which the province has a second record says so until a list comes without it, over restarts too", async () => {
      await city.connectAgent();
      const { identifier } = await issued(city, house.order());
      const told = async (instance: Instance) => {
        const { record } = await instance.archive.getCertificate({ identifier });
        const holder = { holderCodeType: "001", holderCode: HOLDER_ORGANISATION, itemCodes: [LICENCE] };
        const { records } = await instance.archive.findCertificates(holder);
        return [record?.forkedSince, records.find((one) => one.identifier === identifier)?.forkedSince];
      };
      const now = house.runtime.now().toISOString();
      expect(await told(city)).toEqual(["", ""]);
      const recovery = directClient(city.running, RecoveryService, SYNC);
      await recovery.setForked({ identifiers: [identifier, "of another"] });
      expect(await told(city)).toEqual([now, now]);
      expect(await told(await house.start())).toEqual([now, now]);
      await recovery.setForked({ identifiers: [] });
      expect(await told(city)).toEqual(["", ""]);
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
      const permit = await issued(city, house.order({ itemCode: PERMIT, validTo: "2031-01-04" }));
      const still = async (exceptEndedBefore: string) =>
        (await city.archive.listInState({ state: RecordState.ISSUED, exceptEndedBefore })).identifiers;
      expect((await still("2031-01-04")).sort()).toEqual([other.identifier, permit.identifier].sort());
      // A certificate without end (长期) stays.
      expect(await still("2031-01-05")).toEqual([other.identifier]);
    });
  });

  describe("4.6.2 pending events", () => {
    test("each change is one event with the whole record, oldest first, until it is confirmed", async () => {
      await city.connectAgent();
      const { identifier } = await issued(city, house.order());
      await city.issue.suspendCertificate({ requestId: "s", identifier, cause: "立案" });
      const events = await certificateEvents(city);
      expect(events.map(({ key }) => key)).toEqual([`${identifier}:3`, `${identifier}:4`]);
      const records = events.map(({ payload }) => fromBinary(CertificateRecordSchema, payload));
      expect(records.map(({ state }) => state)).toEqual([RecordState.ISSUED, RecordState.SUSPENDED]);
      expect((await city.archive.getCertificate({ identifier })).record).toEqual(records[1]);
      const keys = events.map(({ key }) => key);
      expect((await city.outbox.confirmEvents({ keys: [keys[0] ?? "", "unknown:1"] })).cleared).toBe(1);
      expect((await certificateEvents(city)).map(({ key }) => key)).toEqual(keys.slice(1));
      // Confirming is no change of the certificate: archives stay equal.
      expect((await city.archive.getCertificate({ identifier })).record).toEqual(records[1]);
    });

    test("a waiting relay is woken when a certificate is issued", async () => {
      await city.connectAgent();
      // Hours that were counted are told as well, whenever they are over.
      const woken = async (): Promise<string> => {
        const { events } = await city.outbox.listPendingEvents({ waitMs: 10_000 });
        const one = events.find(({ kind }) => kind === EventKind.CERTIFICATE_CHANGED);
        if (one || events.length === 0) return one?.aggregateId ?? "";
        const payloadSha256 = events.map(({ payload }) => sha256Hex(payload));
        await city.outbox.confirmEvents({ keys: events.map(({ key }) => key), payloadSha256 });
        return woken();
      };
      const waiting = woken();
      const { identifier } = await issued(city, house.order());
      expect(await waiting).toBe(identifier);
    });
  });
}
