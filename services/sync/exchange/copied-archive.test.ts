import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openTestRuntime, type TestRuntime, testCall } from "../../../test/fixtures/runtime.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { NodeConfig } from "../../host/config.ts";
import { type Archive, openArchive } from "../archive/archive.ts";
import type { SyncContext } from "../context.ts";
import { fetchBlobAcross } from "../routes/fetch-blob-across.ts";
import { getRecordAcross } from "../routes/get-record-across.ts";
import { listBucketRecordsAcross } from "../routes/list-bucket-records-across.ts";
import { listBucketsAcross } from "../routes/list-buckets-across.ts";

const [CITY, OTHER] = ["440100", "440300"];
const peers = [CITY, OTHER].map((node) => ({ node, role: "city" })) as unknown as NodeConfig["peers"];
const PDF = Buffer.from("the file of both");
const LOST = sha256Hex("a file that the archive lost");
const DAY = "2026-11-20";

const record = (identifier: string, node: string) =>
  create(CertificateRecordSchema, {
    identifier,
    node,
    revision: 2n,
    state: CertificateState.REVOKED,
    issuedAt: `${DAY}T02:00:00Z`,
    message: Buffer.from(identifier),
    files: [{ sha256: sha256Hex(PDF) }, ...(identifier === "lost" ? [{ sha256: LOST }] : [])],
  });

describe("4.6.2: a node that is brought forward asks the province's archive", () => {
  let house: TestRuntime;
  let archive: Archive;
  let context: SyncContext;
  beforeEach(async () => {
    house = await openTestRuntime({ service: "sync", role: "province", code: "440000", peers });
    archive = await openArchive(house.runtime);
    context = { runtime: house.runtime, archive } as SyncContext;
    await house.runtime.store.blobs.put(PDF);
    for (const one of [record("a", CITY), record("lost", CITY), record("b", OTHER)])
      await archive.keep(one, house.runtime.now(), async () => true);
  });
  afterEach(() => house.close());

  const call = (node: string) => testCall({ kind: "node", node, name: "sync" });
  const page = { $typeName: "ecert.sync.v1.ListBucketsAcrossRequest", pageSize: 0, pageToken: "" } as const;
  const read = (identifier: string, node: string) =>
    getRecordAcross(context)({ $typeName: "ecert.sync.v1.GetRecordAcrossRequest", identifier }, call(node));
  const fetched = (identifier: string, sha256: string, node: string) =>
    fetchBlobAcross(context)({ $typeName: "ecert.sync.v1.FetchBlobAcrossRequest", identifier, sha256 }, call(node));
  const unknown = { reason: "CERTIFICATE_UNKNOWN" };

  test("it is told the digests of its own certificates, in pages, as they are at the node itself", async () => {
    const { buckets, root } = await listBucketsAcross(context)(page, call(CITY));
    expect(buckets).toMatchObject([{ bucket: DAY, count: 2n }]);
    expect(root).toBe((await archive.digests.buckets(CITY)).root);
    const listed = (pageToken: string) =>
      listBucketRecordsAcross(context)(
        { $typeName: "ecert.sync.v1.ListBucketRecordsAcrossRequest", bucket: DAY, pageSize: 1, pageToken },
        call(CITY),
      );
    const first = await listed("");
    expect(first).toMatchObject({ records: [{ identifier: "a", revision: 2n }], nextPageToken: "a" });
    expect(await listed("a")).toMatchObject({ records: [{ identifier: "lost" }], nextPageToken: "" });
  });

  test("it gets its own records and their files, whole", async () => {
    expect((await read("a", CITY)).record).toEqual(record("a", CITY));
    expect((await fetched("a", sha256Hex(PDF), CITY)).content).toEqual(PDF);
  });

  test("it gets nothing of another node, not even a file that one of its own names too", async () => {
    await expect(read("b", CITY)).rejects.toMatchObject(unknown);
    await expect(fetched("b", sha256Hex(PDF), CITY)).rejects.toMatchObject(unknown);
    const { buckets } = await listBucketsAcross(context)(page, call(OTHER));
    expect(buckets).toMatchObject([{ bucket: DAY, count: 1n }]);
    await expect(read("a", OTHER)).rejects.toMatchObject(unknown);
  });

  test("a file that no record of it names is not handed out, and one that was lost is told as lost", async () => {
    await expect(fetched("a", LOST, CITY)).rejects.toMatchObject(unknown);
    await expect(fetched("lost", LOST, CITY)).rejects.toMatchObject({ reason: "DOCUMENT_MISSING" });
  });
});
