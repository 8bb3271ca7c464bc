import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { merkleRoot, recordDigest } from "../../domain/merkle.ts";
import { createBuckets } from "./buckets.ts";
import type { CertificateDocument } from "./certificate.ts";
import { type CertificateRepository, openRepository } from "./repository.ts";

let house: TestRuntime;
let certificates: CertificateRepository;
let reads: number;

beforeEach(async () => {
  house = await openTestRuntime({ service: "issue", config: { clockSkewMs: 5_000 } });
  const opened = await openRepository(house.runtime);
  reads = 0;
  certificates = {
    ...opened,
    query: (query) => {
      if (query.index === "bucket" && query.equals) reads += 1;
      return opened.query(query);
    },
  };
});
afterEach(() => house.close());

const messageFor = (identifier: string) =>
  JSON.stringify({
    metadata: { identifier, node: "440100", name: "n", issuer: { code: "c", name: "n" }, holders: [] },
    attachments: [],
  });

async function store(id: string, bucket: string, changedAt: string, changes = 3): Promise<void> {
  const document = {
    ...{
      _id: id,
      revision: 1,
      state: "issued",
      changes,
      app: "a",
      businessSerial: id,
      itemCode: "i",
      line: id,
      version: 1,
    },
    ...{ number: id, message: messageFor(id), history: [], createdAt: changedAt, stateSince: changedAt },
    ...{ bucket, recordChangedAt: changedAt },
  } as unknown as CertificateDocument;
  await certificates.insert(document);
}

async function change(id: string, changedAt: string): Promise<void> {
  await certificates.update(id, (document) => ({
    ...document,
    state: "suspended",
    changes: document.changes + 1,
    recordChangedAt: changedAt,
  }));
}

describe("4.6.2 bucket digests", () => {
  test("a bucket's digest is the Merkle root of its records, the whole is that of the buckets", async () => {
    for (let index = 0; index < 250; index++) await store(`c${index}`, "2026-11-20", "2026-11-20T01:00:00.000Z");
    await store("d", "2026-11-21", "2026-11-21T01:00:00.000Z");
    const { buckets, root } = await createBuckets(certificates, house.runtime).list();
    const digest = (identifier: string) => ({
      name: identifier,
      digest: recordDigest({
        ...{ identifier, revision: 3, state: "issued" },
        messageSha256: sha256Hex(messageFor(identifier)),
      }),
    });
    const first = merkleRoot(Array.from({ length: 250 }, (_, index) => digest(`c${index}`)));
    expect(buckets).toMatchObject([
      { bucket: "2026-11-20", count: 250, digest: first },
      { bucket: "2026-11-21", count: 1, digest: merkleRoot([digest("d")]) },
    ]);
    expect(root).toBe(merkleRoot(buckets.map(({ bucket, digest }) => ({ name: bucket, digest }))));
  });

  test("settled days are read once; a day with a change is read again", async () => {
    await store("a", "2026-11-20", "2026-11-20T01:00:00.000Z");
    await store("b", "2026-11-21", "2026-11-21T01:00:00.000Z");
    const buckets = createBuckets(certificates, house.runtime);
    const before = await buckets.list();
    expect(reads).toBe(2);
    expect(await buckets.list()).toEqual(before);
    expect(reads).toBe(2);
    house.setNow("2026-11-24T03:00:00Z");
    await change("a", "2026-11-24T02:30:00.000Z");
    const after = await buckets.list();
    expect(reads).toBe(3);
    expect(after.root).not.toBe(before.root);
  });

  test("a change by another replica whose clock is behind is not missed", async () => {
    await store("a", "2026-11-24", "2026-11-24T01:59:58.000Z");
    await store("b", "2026-11-24", "2026-11-24T01:59:50.000Z");
    const buckets = createBuckets(certificates, house.runtime);
    const before = await buckets.list();
    // Neither the number of records nor the time of the last change tells of this one.
    await change("b", "2026-11-24T01:59:57.000Z");
    expect((await buckets.list()).root).not.toBe(before.root);
  });
});
