import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import {
  type CertificateRecord,
  CertificateRecordSchema,
  CertificateState as RecordState,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { ATTESTED, PERMIT } from "../issue/catalog.ts";
import { refusalOf } from "../issue/house.ts";
import { issue, issued } from "../issue/road.ts";
import { type OlderCopy, openRecovered, type Recovered } from "./older-copy.ts";

let node: Recovered;
beforeAll(async () => {
  node = await openRecovered();
});
afterAll(() => node?.close());

const order = (...args: Parameters<Recovered["house"]["order"]>) => node.house.order(...args);
const documentOf = async (identifier: string) => (await node.documents.get(identifier)) as CertificateDocument;
/** What an identifier of the copy is, but for what only the older copy knows of it. */
async function restoredIn({ certificates }: OlderCopy, identifier: string) {
  const found = (await certificates.get(identifier)) as CertificateDocument;
  return { ...found, history: found.history.map(({ state, at, cause }) => ({ state, at, ...(cause && { cause }) })) };
}

test("4.6.2 what the copy lost is restored: the same record, files, lists and digests as before, and no event", async () => {
  const attachments = [{ name: "附件.txt", mediaType: "text/plain", content: Buffer.from("附") }];
  const certificate = await issued(node.city, order({ attachments }));
  const { identifier } = certificate;
  const record = await node.kept(identifier);
  const copy = await node.copy();
  await refusalOf(copy.instance.archive.getCertificate({ identifier }), "CERTIFICATE_UNKNOWN");

  const look = await node.restore(copy, record, true);
  expect(look).toMatchObject({ outcome: "restored", missing: record.files.map(({ sha256 }) => sha256) });
  expect(await copy.certificates.get(identifier)).toBeUndefined();
  // What an archive that answers adds to a record is not part of it.
  const told = create(CertificateRecordSchema, { ...record, forkedSince: "2026-11-30T00:00:00Z" });
  expect(await node.restore(copy, told)).toMatchObject({ outcome: "restored", missing: [] });
  expect(await node.restore(copy, record)).toMatchObject({ outcome: "same", missing: [] });

  const { archive, issue: service, outbox } = copy.instance;
  expect((await archive.getCertificate({ identifier })).record).toEqual(record);
  for (const format of [FileFormat.PDF, FileFormat.OFD, FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE])
    expect((await archive.getFile({ identifier, format })).file).toEqual(
      (await node.city.archive.getFile({ identifier, format })).file,
    );
  expect((await service.getCertificate({ identifier })).certificate).toEqual(certificate);
  const { events } = await outbox.listPendingEvents({});
  expect(events.filter(({ kind }) => kind === EventKind.CERTIFICATE_CHANGED)).toEqual([]);
  const day = { node: "440100", bucket: (await documentOf(identifier)).bucket ?? "" };
  const digests = (await node.city.archive.listBucketRecords(day)).records;
  expect((await archive.listBucketRecords(day)).records).toEqual(
    digests.filter((one) => one.identifier === identifier),
  );
  const { signed } = await documentOf(identifier);
  const { agent: _agent, journalEntry: _entry, ...kept } = signed as Required<CertificateDocument>["signed"];
  expect((await restoredIn(copy, identifier)).signed).toEqual(kept);
  expect(node.house.evidence).toContainEqual({
    kind: "certificate-restoring",
    body: expect.objectContaining({ identifier, outcome: "restored", state: "issued", revision: 3 }),
  });
});

test("the department's repeated call is the same call, also where its order left to the core what it may; other data are refused", async () => {
  const { house } = node;
  const copy = await node.copy();
  const attested = { itemCode: ATTESTED, validTo: "2030-01-04" };
  const orders = [order(), order({ number: `粤A-${Date.now()}` }), order({ itemCode: PERMIT, validTo: "2031-01-04" })];
  const bare = { ...order(attested), origin: undefined };
  for (const one of [...orders, bare]) {
    const certificate = await issued(node.city, one as (typeof orders)[number]);
    await node.restore(copy, await node.kept(certificate.identifier));
    const { issue: service } = copy.instance;
    const again = await service.makeCertificate(one);
    expect(again.certificate).toEqual(certificate);
    expect(await issue(copy.instance, one as (typeof orders)[number])).toEqual(certificate);
    const other = house.order({ ...one.order, data: { address: "另一地址", capital: 1 } } as never);
    await refusalOf(service.makeCertificate(other), "SERIAL_REUSED");
  }
});

test("states are brought forward: what was revoked, suspended or superseded since the copy was made, and only forward", async () => {
  const { issue: service } = node.city;
  const [revoked, suspended, old] = [
    await issued(node.city, order()),
    await issued(node.city, order()),
    await issued(node.city, order()),
  ];
  const copy = await node.copy();
  for (const { identifier } of [revoked, suspended, old]) await copy.put(await documentOf(identifier));
  const before = await node.kept(revoked.identifier);
  const cause = "注销登记";
  await service.revokeCertificate({ requestId: "r", identifier: revoked.identifier, cause });
  await service.suspendCertificate({ requestId: "s", identifier: suspended.identifier, cause: "立案" });
  const replacing = order({}, old.identifier);
  // The reason stands in the record of the new one alone, so the old one's is the same wherever it is made.
  await service.replaceCertificate({ ...replacing, replaces: old.identifier, cause: "名称变更" });
  const successor = await issue(node.city, replacing);

  for (const { identifier } of [revoked, suspended]) {
    expect(await node.restore(copy, await node.kept(identifier))).toMatchObject({ outcome: "advanced" });
    expect((await copy.instance.issue.getCertificate({ identifier })).certificate).toEqual(
      (await service.getCertificate({ identifier })).certificate,
    );
  }
  expect((await restoredIn(copy, revoked.identifier)).history.at(-1)).toMatchObject({ state: "revoked", cause });
  expect(await node.restore(copy, before)).toMatchObject({ outcome: "newer" });
  expect((await copy.instance.archive.getCertificate({ identifier: revoked.identifier })).record?.state).toBe(
    RecordState.REVOKED,
  );

  // The one that replaces comes first; the department's repeated call finds both as they were.
  await node.restore(copy, await node.kept(successor.identifier));
  // Another start must not supersede what will come as superseded already.
  await node.house.start({}, copy.store);
  expect((await restoredIn(copy, old.identifier)).state).toBe("issued");
  expect(await node.restore(copy, await node.kept(old.identifier))).toMatchObject({ outcome: "advanced" });
  const again = await copy.instance.issue.replaceCertificate({ ...replacing, replaces: old.identifier });
  expect(again.certificate).toEqual((await service.getCertificate({ identifier: successor.identifier })).certificate);
  await issue(copy.instance, replacing);
  const superseded = await copy.instance.issue.getCertificate({ identifier: old.identifier });
  expect(superseded.certificate).toEqual((await service.getCertificate({ identifier: old.identifier })).certificate);
  expect(superseded.certificate?.replacedBy).toBe(successor.identifier);
  expect(again.certificate?.replaceCause).toBe("名称变更");
  for (const { identifier } of [old, successor])
    expect((await copy.instance.archive.getCertificate({ identifier })).record).toEqual(await node.kept(identifier));
});

test("a replacement that the copy had not finished is finished as the original did it: the same record, not a second history", async () => {
  const old = await issued(node.city, order());
  const before = await documentOf(old.identifier);
  const replacing = order({}, old.identifier);
  await node.city.issue.replaceCertificate({ ...replacing, replaces: old.identifier, cause: "遗失补发" });
  const successor = await documentOf((await issue(node.city, replacing)).identifier);
  const copy = await node.copy();
  await copy.put(before);
  await copy.put({ ...successor, superseding: successor.signed?.issuedAt ?? "" });
  const now = node.house.runtime.now();
  onTestFinished(() => node.house.setNow(now.toISOString()));
  node.house.setNow(new Date(now.getTime() + 60_000).toISOString());
  await node.house.start({}, copy.store);
  const { archive } = copy.instance;
  const { record } = await archive.getCertificate({ identifier: old.identifier });
  expect(record).toEqual(await node.kept(old.identifier));
  expect(record?.state).toBe(RecordState.SUPERSEDED);
});

test("what was only made in the copy becomes issued as it was; what stands in the way and was never signed gives way", async () => {
  const { issue: service } = node.city;
  const made = order();
  await service.makeCertificate(made);
  const making = order();
  const [first] = [await documentOf((await service.makeCertificate(making)).certificate?.identifier ?? "")];
  const number = `粤B-${Date.now()}`;
  const loser = order({ number });
  await service.makeCertificate(loser);
  const copy = await node.copy();
  for (const { order: one } of [made, loser]) {
    const { items } = await node.documents.query({
      index: "serial",
      equals: ["scjg-licence", one.businessSerial],
      limit: 1,
    });
    await copy.put(items[0] as CertificateDocument);
  }
  // An intent of other data, which the department corrected: it was removed, and the serial used for what was issued.
  await copy.put({ ...first, state: "making", message: first.message.replace("体育西路1号", "体育西路2号") });

  const certificates = [await issue(node.city, made), await issue(node.city, making)];
  const { businessSerial } = loser.order;
  await service.discardCertificate({ requestId: "d", businessSerial, cause: "录入错误" });
  certificates.push(await issued(node.city, order({ number })));
  for (const { identifier } of certificates) {
    const record = await node.kept(identifier);
    expect((await node.restore(copy, record)).outcome).toBe(
      identifier === certificates[2]?.identifier ? "restored" : "advanced",
    );
    expect((await copy.instance.archive.getCertificate({ identifier })).record).toEqual(record);
  }
  expect((await restoredIn(copy, certificates[0]?.identifier ?? "")).history.map(({ state }) => state)).toEqual([
    "making",
    "made",
    "issued",
  ]);
  const other = await copy.instance.issue.getCertificate({ businessSerial });
  expect(other.certificate?.state).toBe(CertificateState.DISCARDED);
});

test("another certificate under the identifier, or another history of the same, is a fork: told, and nothing is changed", async () => {
  const certificate = await issued(node.city, order());
  const { identifier } = certificate;
  const copy = await node.copy();
  const document = await documentOf(identifier);
  const record = await node.kept(identifier);
  const forks: [string, Partial<CertificateDocument>, Partial<CertificateRecord>][] = [
    ["signed otherwise", { signed: { ...document.signed, messageCms: "AAEC" } as never }, {}],
    ["issued at another time", { signed: { ...document.signed, issuedAt: "2026-01-01T00:00:00Z" } as never }, {}],
    ["in another state at the same revision", {}, { state: RecordState.REVOKED, stateCause: "x" }],
    ["revoked here, suspended there", { state: "revoked" }, { state: RecordState.SUSPENDED, revision: 9n }],
    [
      "made here of other data",
      { signed: undefined as never, state: "made", message: document.message.replace("500", "501") },
      {},
    ],
  ];
  for (const [what, here, there] of forks) {
    await copy.put({ ...document, ...here });
    const refusal = await refusalOf(
      node.restore(copy, create(CertificateRecordSchema, { ...record, ...there })),
      "IDENTIFIER_FORKED",
    );
    expect(refusal.metadata, what).toEqual({ identifier });
    const stored = (await copy.certificates.get(identifier)) as CertificateDocument;
    expect(stored, what).toEqual({ ...document, ...here, revision: 1 });
    await copy.certificates.remove(identifier, 1);
  }
});

test("a record is judged like a stranger's: another node's, one that nobody signed, other files than were signed", async () => {
  const certificate = await issued(node.city, order());
  const record = await node.kept(certificate.identifier);
  const other = await node.kept((await issued(node.city, order())).identifier);
  const copy = await node.copy();
  const changed = (change: Partial<CertificateRecord>) =>
    node.restore(copy, create(CertificateRecordSchema, { ...record, ...change }));
  expect((await refusalOf(changed({ node: "440300" }), "INVALID_FIELD")).fields[0]?.field).toBe("record.node");
  expect((await refusalOf(changed({ state: 0 }), "INVALID_FIELD")).fields[0]?.field).toBe("record.state");
  await refusalOf(changed({ number: "1" }), "INVALID_FIELD");
  const altered = Buffer.from(Buffer.from(record.message).toString().replace("500", "501"));
  await refusalOf(changed({ message: altered }), "SIGNATURE_INVALID");
  await refusalOf(changed({ messageCms: other.messageCms }), "SIGNATURE_INVALID");
  for (const format of [FileFormat.PDF, FileFormat.OFD]) {
    const files = record.files.map((file) =>
      file.format === format ? (other.files.find((one) => one.format === format) ?? file) : file,
    );
    for (const { sha256 } of other.files)
      await copy.recovery.restoreBlob({
        sha256,
        content: (await node.house.runtime.store.blobs.get(sha256)) ?? new Uint8Array(),
      });
    await refusalOf(changed({ files }), "SIGNATURE_INVALID");
  }
  const bare = await node.copy();
  await refusalOf(bare.recovery.restoreCertificate({ record: Buffer.from("no record") }), "INVALID_FIELD");
  const content = Buffer.from("other");
  expect(
    (await refusalOf(bare.recovery.restoreBlob({ sha256: "ab".repeat(32), content }), "INVALID_FIELD")).fields,
  ).toMatchObject([{ field: "content" }]);
  expect(await bare.certificates.get(record.identifier)).toBeUndefined();
});
