import { fromBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import {
  type CertificateRecord,
  CertificateRecordSchema,
  CertificateState as RecordState,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { recordSha256 } from "../../services/issue/restore/settled.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { refusalOf } from "../issue/house.ts";
import { issued } from "../issue/road.ts";
import { type OlderCopy, openRecovered, type Recovered } from "./older-copy.ts";

const OTHER = { address: "广州市天河区体育西路2号", capital: 501 };
const { ISSUED, REVOKED } = RecordState;

let node: Recovered;
beforeAll(async () => {
  node = await openRecovered();
});
afterAll(() => node?.close());

const order = (...args: Parameters<Recovered["house"]["order"]>) => node.house.order(...args);
const documentIn = async ({ certificates }: OlderCopy, identifier: string) =>
  (await certificates.get(identifier)) as CertificateDocument;

/** What the sync service passes on: the province has settled for a record. */
const told = (copy: OlderCopy, { identifier }: CertificateRecord, sha256: string) =>
  copy.recovery.setForked({ identifiers: [identifier], settled: [{ identifier, sha256 }] });

/** The province's receipts for all that waits. */
async function receipts({ instance: { outbox } }: OlderCopy): Promise<void> {
  const { events } = await outbox.listPendingEvents({});
  const keys = events.map(({ key }) => key);
  if (keys.length > 0)
    await outbox.confirmEvents({ keys, payloadSha256: events.map(({ payload }) => sha256Hex(payload)) });
}

async function recordsSent({ instance: { outbox } }: OlderCopy): Promise<CertificateRecord[]> {
  const { events } = await outbox.listPendingEvents({});
  // As the archive of a province reads them.
  return events
    .filter(({ kind }) => kind === EventKind.CERTIFICATE_CHANGED)
    .map(({ payload }) => ({ ...fromBinary(CertificateRecordSchema, payload), forkedSince: "" }));
}

const changes = (identifier: string) => ({ requestId: `change-${identifier}`, identifier, cause: "登记错误" });

describe.each(await bothEngines())("the province has settled for its own record of a fork, on $name", (engine) => {
  async function openCopy(): Promise<OlderCopy> {
    const { store, remove } = await engine.open();
    onTestFinished(remove);
    const copy = await node.copy(store);
    await copy.instance.connectAgent();
    return copy;
  }

  /** An older copy that has signed an identifier for another, and what the archive keeps of the first. */
  async function forked() {
    const copy = await openCopy();
    const first = order();
    const { businessSerial } = first.order;
    const { identifier } = await issued(node.city, first);
    const lost = await issued(copy.instance, order({ businessSerial, data: OTHER }));
    expect(lost.identifier).toBe(identifier);
    return { copy, identifier, kept: await node.kept(identifier), lost: await documentIn(copy, identifier) };
  }

  test("4.6.2 the record that stands takes the place of the other, with its files; evidence names what was lost, and the province gets its own record", async () => {
    const { copy, identifier, kept, lost } = await forked();
    const { archive, issue: service } = copy.instance;
    const settledFor = recordSha256(kept);
    expect((await told(copy, kept, settledFor)).toFollow).toEqual([identifier]);
    await receipts(copy);
    expect((await archive.getCertificate({ identifier })).record?.forkedSince).not.toBe("");
    expect(await node.restore(copy, kept, true)).toMatchObject({ outcome: "exchanged" });
    expect(await node.restore(copy, kept)).toMatchObject({ outcome: "exchanged" });
    // It is what stands, though the province has not told so yet.
    expect((await archive.getCertificate({ identifier })).record).toEqual(kept);
    expect((await told(copy, kept, settledFor)).toFollow).toEqual([]);
    expect(await recordsSent(copy)).toEqual([kept]);
    expect(node.house.evidence).toContainEqual({
      kind: "certificate-restoring",
      body: expect.objectContaining({
        ...{ identifier, outcome: "exchanged", settledFor },
        lost: expect.objectContaining({
          messageSha256: sha256Hex(lost.message),
          messageCmsSha256: sha256Hex(Buffer.from(lost.signed?.messageCms ?? "", "base64")),
          pdfSha256: lost.signed?.pdfSha256,
        }),
      }),
    });
    expect(await copy.store.blobs.has(lost.signed?.pdfSha256 ?? "")).toBe(true);
    // Once: what is brought again is the same, and sends nothing.
    await receipts(copy);
    expect(await node.restore(copy, kept)).toMatchObject({ outcome: "same" });
    expect(await recordsSent(copy)).toEqual([]);
    await service.revokeCertificate(changes(identifier));
    expect(await recordsSent(copy)).toMatchObject([
      { revision: kept.revision + 1n, state: REVOKED, message: kept.message },
    ]);
    expect(await node.restore(copy, kept)).toMatchObject({ outcome: "newer" });
    expect((await archive.getCertificate({ identifier })).record?.state).toBe(REVOKED);
  });

  test("until it is here nothing is changed in its place: revocation, suspension and replacement are refused with the remedy, repeated ones too", async () => {
    const { copy, identifier, kept } = await forked();
    const { issue: service } = copy.instance;
    const revocation = { ...changes(identifier), requestId: "served" };
    await service.suspendCertificate(revocation);
    const replacing = order({}, identifier);
    await service.resumeCertificate(changes(identifier));
    await service.replaceCertificate({ ...replacing, replaces: identifier });
    await told(copy, kept, recordSha256(kept));
    const { businessSerial } = replacing.order;
    const refused = [
      () => service.suspendCertificate(revocation),
      () => service.revokeCertificate({ ...changes(identifier), requestId: "new" }),
      () => service.resumeCertificate({ ...changes(identifier), requestId: "new" }),
      () => service.replaceCertificate({ ...order({}, identifier), replaces: identifier }),
      () => service.issueCertificate({ businessSerial }),
    ];
    for (const call of refused)
      expect((await refusalOf(call(), "IDENTIFIER_FORKED")).fields).toMatchObject([
        { field: "identifier", remedy: expect.stringContaining("ecert recover") },
      ]);
    await receipts(copy);
    await node.restore(copy, kept);
    const { certificate } = await service.suspendCertificate(revocation);
    expect(certificate?.state).toBe(CertificateState.SUSPENDED);
  });

  test("it waits for the receipts of the other's events: none is cleared in the place of another, and no number is a gap", async () => {
    const { copy, identifier, kept, lost } = await forked();
    await told(copy, kept, recordSha256(kept));
    expect((await refusalOf(node.restore(copy, kept), "IDENTIFIER_FORKED")).fields).toMatchObject([
      { remedy: expect.stringContaining("none is needed") },
    ]);
    expect(await documentIn(copy, identifier)).toEqual(lost);
    await receipts(copy);
    expect(await node.restore(copy, kept)).toMatchObject({ outcome: "exchanged" });
  });

  test("nothing else is taken over: not while nobody has decided, and no other record than the very one that was told", async () => {
    const { copy, identifier, kept } = await forked();
    await receipts(copy);
    await copy.recovery.setForked({ identifiers: [identifier] });
    await refusalOf(node.restore(copy, kept), "IDENTIFIER_FORKED");
    await told(copy, kept, "0".repeat(64));
    await refusalOf(node.restore(copy, kept), "IDENTIFIER_FORKED");
    // Of what nobody has decided either may be the one that stands: what takes something away goes on.
    await copy.recovery.setForked({ identifiers: [identifier] });
    await copy.instance.issue.revokeCertificate(changes(identifier));
    expect((await documentIn(copy, identifier)).state).toBe("revoked");
  });

  test("5.9.4 of two histories of one certificate the settled one is taken over, but never out of its end", async () => {
    const first = order();
    const { identifier } = await issued(node.city, first);
    const before = (await node.documents.get(identifier)) as CertificateDocument;
    await node.city.issue.suspendCertificate(changes(identifier));
    const kept = await node.kept(identifier);
    const copy = await openCopy();
    const { pending: _, pendingSince: __, ...bare } = before;
    await copy.put({ ...bare, revision: 1 });
    const { issue: service } = copy.instance;
    await service.suspendCertificate({ ...changes(identifier), cause: "另一事由" });
    await service.resumeCertificate({ ...changes(identifier), requestId: "resume" });
    await receipts(copy);
    expect((await documentIn(copy, identifier)).state).toBe("issued");
    // What is here can have come of it: it stays, and is told.
    await told(copy, kept, recordSha256(kept));
    expect(await node.restore(copy, kept)).toMatchObject({ outcome: "noted" });
    expect(await recordsSent(copy)).toMatchObject([{ state: ISSUED, revision: kept.revision + 1n }]);
    await receipts(copy);
    // Revoked there at the revision at which it was resumed here: that is another history.
    await node.city.issue.revokeCertificate({ ...changes(identifier), requestId: `revoke-${identifier}` });
    const revoked = await node.kept(identifier);
    await refusalOf(node.restore(copy, revoked), "IDENTIFIER_FORKED");
    await told(copy, revoked, recordSha256(revoked));
    expect(await node.restore(copy, revoked)).toMatchObject({ outcome: "exchanged" });
    expect(await documentIn(copy, identifier)).toMatchObject({ state: "revoked", changes: Number(revoked.revision) });
    const ended = await openCopy();
    await ended.put({ ...bare, revision: 1 });
    await ended.instance.issue.revokeCertificate(changes(identifier));
    await receipts(ended);
    await told(ended, kept, recordSha256(kept));
    const refusal = await refusalOf(node.restore(ended, kept), "STATE_CONFLICT");
    expect(refusal.message).toContain("would be suspended again");
    expect((await documentIn(ended, identifier)).state).toBe("revoked");
  });

  test("the number that it bears gives way where it was never signed, and else nothing is changed", async () => {
    for (const [taken, signed] of [
      ["made", false],
      ["issued", true],
    ] as const) {
      const number = `粤C-${engine.name}-${taken}-${Date.now()}`;
      const copy = await openCopy();
      const { businessSerial } = order().order;
      const { identifier } = await issued(node.city, order({ businessSerial, number }));
      await issued(copy.instance, order({ businessSerial, number: `${number}-2`, data: OTHER }));
      const holding = order({ number });
      if (signed) await issued(copy.instance, holding);
      else await copy.instance.issue.makeCertificate(holding);
      await receipts(copy);
      const kept = await node.kept(identifier);
      await told(copy, kept, recordSha256(kept));
      if (signed) {
        await refusalOf(node.restore(copy, kept), "STATE_CONFLICT");
        expect((await documentIn(copy, identifier)).number).toBe(`${number}-2`);
        continue;
      }
      expect(await node.restore(copy, kept)).toMatchObject({ outcome: "exchanged" });
      const other = await copy.instance.issue.getCertificate({ businessSerial: holding.order.businessSerial });
      expect(other.certificate?.state).toBe(CertificateState.DISCARDED);
    }
  });

  test("where the very record is here already, an event tells the province so, once", async () => {
    const { identifier } = await issued(node.city, order());
    const kept = await node.kept(identifier);
    const copy = await openCopy();
    await node.restore(copy, kept);
    expect((await told(copy, kept, recordSha256(kept))).toFollow).toEqual([identifier]);
    expect(await node.restore(copy, kept)).toMatchObject({ outcome: "noted" });
    expect(await recordsSent(copy)).toEqual([kept]);
    // The relay takes what was confirmed under the same key with the same payload for sent.
    const { events } = await copy.instance.outbox.listPendingEvents({});
    expect(sha256Hex(events[0]?.payload ?? "")).not.toBe(recordSha256(kept));
    expect((await told(copy, kept, recordSha256(kept))).toFollow).toEqual([]);
  });
});
