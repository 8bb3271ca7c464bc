import { createPublicKey } from "node:crypto";
import { create, fromBinary } from "@bufbuild/protobuf";
import { describe, expect, onTestFinished, test } from "vitest";
import { SetAsidePlace } from "../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { CertificateRecordSchema, CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openArchive } from "../../services/sync/archive/archive.ts";
import { ARCHIVE, type ArchivedCertificate } from "../../services/sync/archive/archived-certificate.ts";
import type { Intake } from "../../services/sync/archive/intake.ts";
import { openCompare } from "../../services/sync/compare/compare.ts";
import { DEFAULT_SYNC_OPTIONS } from "../../services/sync/options.ts";
import { createStatusPublisher } from "../../services/sync/publish/status-publisher.ts";
import { readStatusBundle } from "../../services/trust/status-bundle.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { openTestRuntime } from "../fixtures/runtime.ts";

const [PROVINCE, CITY] = ["440000", "440100"] as const;
const NOW = new Date("2026-11-24T02:00:00Z");

const record = (identifier: string, state: CertificateState = CertificateState.ISSUED) =>
  create(CertificateRecordSchema, {
    ...{ identifier, node: CITY, revision: 1n, state, issuedAt: "2026-11-20T02:00:00Z", itemCode: "i" },
    message: Buffer.from(identifier),
  });

describe.each(await bothEngines())("4.6: what an archive on $name cannot read", (engine) => {
  async function open(clients: Record<string, unknown>) {
    const { store, remove } = await engine.open();
    const house = await openTestRuntime({
      ...{ service: "sync", role: "province", code: PROVINCE, store, clients },
      peers: [{ node: CITY, name: CITY, role: "city", publicKeyFile: "", services: {} }],
      config: { services: ["sync", "issue"], mesh: {} },
    });
    onTestFinished(async () => {
      await house.close();
      await remove();
    });
    const archive = await openArchive(house.runtime);
    const keep = (one: ReturnType<typeof record>) => archive.keep(one, NOW, async () => true);
    const collection = await store.collection<ArchivedCertificate>(ARCHIVE);
    const damage = async (identifier: string, members: object) => {
      await collection.replace({ ...((await collection.get(identifier)) as ArchivedCertificate), ...members });
    };
    return { ...house, archive, keep, damage };
  }

  test("is counted in the status bundle, the province's own too; what is not in force stays listed", async () => {
    const place = SetAsidePlace.ARCHIVE;
    const { runtime, archive, keep, damage, nodePublicKeyPem } = await open({
      "ecert.sync.v1.ArchiveService": {
        listBuckets: async () => ({ buckets: [], root: "own", nextPageToken: "" }),
        listInState: async () => ({ identifiers: [], nextPageToken: "" }),
      },
      "ecert.event.v1.SetAsideService": {
        listSetAside: async () => ({
          rows: [{ place }, { place }, { place: SetAsidePlace.OUTBOX }],
          nextPageToken: "",
        }),
      },
    });
    for (const identifier of ["good", "lost-state"]) await keep(record(identifier));
    for (const identifier of ["revoked", "revoked-damaged"]) await keep(record(identifier, CertificateState.REVOKED));
    await damage("revoked-damaged", { record: "?!" });
    await damage("lost-state", { state: "none of them" });
    const publisher = createStatusPublisher(runtime, archive, { done: true }, DEFAULT_SYNC_OPTIONS);
    // What only a list reads is known from the second bundle on.
    await publisher.current();
    const again = createStatusPublisher(runtime, archive, { done: true }, DEFAULT_SYNC_OPTIONS);
    const { bytes } = await again.current();
    const bundle = readStatusBundle(bytes, new Map([[PROVINCE, createPublicKey(nodePublicKeyPem)]]));
    expect(bundle.head.nodes).toMatchObject([
      { node: CITY, records: 3, unreadable: 2 },
      { node: PROVINCE, records: 0, unreadable: 2 },
    ]);
    expect(["revoked", "revoked-damaged", "good"].map(bundle.stateOf)).toEqual(["revoked", "revoked", undefined]);
  });

  test("is fetched anew from its issuer by a comparison, whatever of it is damaged, and leaves the list", async () => {
    const identifiers = ["bad-digest", "bad-record", "good"];
    const issuer = { archive: undefined as Awaited<ReturnType<typeof open>>["archive"] | undefined };
    const { runtime, archive, keep, damage } = await open({
      "ecert.sync.v1.ExchangeService": {
        listBucketsAcross: async () => {
          const { buckets, root } = (await issuer.archive?.digests.buckets(CITY)) ?? { buckets: [], root: "" };
          return { root, nextPageToken: "", buckets: buckets.map((one) => ({ ...one, count: BigInt(one.count) })) };
        },
        listBucketRecordsAcross: async ({ bucket }: { bucket: string }) => {
          const records = (await issuer.archive?.digests.records(CITY, bucket)) ?? [];
          return { nextPageToken: "", records: records.map((one) => ({ ...one, revision: BigInt(one.revision) })) };
        },
        getRecordAcross: async ({ identifier }: { identifier: string }) => ({ record: record(identifier) }),
      },
    });
    const other = await open({});
    issuer.archive = other.archive;
    for (const identifier of identifiers) await other.keep(record(identifier));
    for (const identifier of identifiers) await keep(record(identifier));
    await damage("bad-digest", { digest: 5 });
    await damage("bad-record", { record: "" });
    await expect(archive.get("bad-record")).rejects.toMatchObject({ reason: "RECORD_UNREADABLE" });
    const intake: Intake = {
      take: async (_node, payload) => ({ kept: true, how: (await keep(record(identifierIn(payload)))) as "newer" }),
    };
    const compare = await openCompare({ runtime, archive, intake, nodes: [CITY], settled: async () => {} });
    const outcome = await compare.with(CITY, runtime.signal);
    expect(outcome).toMatchObject({ equal: true, repaired: 2, records: 3, unreadable: 0 });
    expect((await archive.get("bad-record"))?.identifier).toBe("bad-record");
    expect((await runtime.setAside.list(10, "")).items).toEqual([]);
  });

  test("gives way to nothing older, nothing of another node, and no way out of a final state", async () => {
    const { archive, keep, damage } = await open({});
    await keep(record("revoked", CertificateState.REVOKED));
    await damage("revoked", { record: "?!" });
    expect(await keep(record("revoked"))).toHaveProperty("conflict");
    expect(await keep(create(CertificateRecordSchema, { ...record("revoked"), node: "440300" }))).toHaveProperty(
      "conflict",
    );
    await damage("revoked", { recordRevision: 2 });
    expect(await keep(record("revoked", CertificateState.REVOKED))).toBe("older");
    await damage("revoked", { recordRevision: 1 });
    expect(await keep(record("revoked", CertificateState.REVOKED))).toBe("newer");
    expect((await archive.get("revoked"))?.state).toBe(CertificateState.REVOKED);
  });
});

function identifierIn(payload: Uint8Array): string {
  return fromBinary(CertificateRecordSchema, payload).identifier;
}
