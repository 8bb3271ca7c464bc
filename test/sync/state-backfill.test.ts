import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openSetAside } from "../../services/event/stored-set-aside.ts";
import { openStore } from "../../services/store/open.ts";
import type { Store } from "../../services/store/port.ts";
import { type Archive, openArchive } from "../../services/sync/archive/archive.ts";
import { ARCHIVE, type ArchivedCertificate } from "../../services/sync/archive/archived-certificate.ts";
import { openStateBackfill } from "../../services/sync/archive/state-backfill.ts";
import { mongoForTests } from "../fixtures/mongo.ts";

const mongo = await mongoForTests();
const database = `test-${randomUUID()}`;
const directory = mkdtempSync(join(tmpdir(), "ecert-backfill-"));
const NOW = new Date("2026-11-24T02:00:00Z");
/** More than two pages. */
const RECORDS = 450;

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  if ("missing" in mongo) return;
  const client = new MongoClient(mongo.uri);
  await client.db(database).dropDatabase();
  await client.close();
});

const lines: Record<string, unknown>[] = [];
const log = {
  debug: () => {},
  info: (fields: object) => void lines.push(fields as Record<string, unknown>),
  warn: () => {},
  error: () => {},
};

const metrics = { count: () => {}, observe: () => {}, gauge: () => {} };
const setAsideOf = (store: Store) =>
  openSetAside({ store, log, metrics, evidence: { append: async () => {} }, now: () => NOW });

/** Stores records as they were before their state was kept beside them. Every tenth is revoked. */
async function archiveOfOld(store: Store): Promise<void> {
  const archive = await openArchive({ store, setAside: await setAsideOf(store) });
  const collection = await store.collection<ArchivedCertificate>(ARCHIVE);
  const keepOld = async (index: number): Promise<void> => {
    const record = create(CertificateRecordSchema, {
      identifier: `old-${String(index).padStart(4, "0")}`,
      node: index % 3 === 0 ? "440300" : "440100",
      revision: 1n,
      state: index % 10 === 0 ? CertificateState.REVOKED : CertificateState.ISSUED,
      issuedAt: "2026-11-20T02:00:00Z",
      message: Buffer.from(String(index)),
    });
    await archive.keep(record, NOW, async () => true);
    const { state: _, ...old } = (await archive.stored(record.identifier)) as ArchivedCertificate;
    await collection.replace(old as ArchivedCertificate);
  };
  await Promise.all(Array.from({ length: RECORDS }, (_, index) => keepOld(index)));
}

async function revoked(archive: Archive): Promise<number> {
  return (await archive.inState("revoked", { limit: 1000 })).identifiers.length;
}

/** The store, but for a signal that it gives as soon as the archive was read from. */
function interrupted(store: Store, onRead: () => void): Store {
  return {
    ...store,
    async collection(spec) {
      const collection = await store.collection(spec);
      if (spec.name !== ARCHIVE.name) return collection as never;
      const query: typeof collection.query = async (wanted) => {
        const page = await collection.query(wanted);
        onRead();
        return page;
      };
      return { ...collection, query } as never;
    },
  };
}

const ENGINES: [string, () => Promise<Store>][] = [
  ["SQLite", () => openStore({ engine: "sqlite", directory, name: "sync" })],
  ...("uri" in mongo
    ? [["MongoDB", () => openStore({ engine: "mongodb", uri: mongo.uri, database })] as [string, () => Promise<Store>]]
    : []),
];

describe.each(ENGINES)("%s: records from before their state could be asked for", (_, open) => {
  let store: Store;
  beforeAll(async () => {
    store = await open();
    await archiveOfOld(store);
  });
  afterAll(() => store.close());

  test("are completed in pages: stopped after one, it goes on behind it, and once done it is done", async () => {
    const setAside = await setAsideOf(store);
    const archive = await openArchive({ store, setAside });
    expect(await revoked(archive)).toBe(0);
    const stop = new AbortController();
    const first = await openStateBackfill({ store: interrupted(store, () => stop.abort()), log, setAside });
    expect(first.done).toBe(false);
    await first.run(stop.signal);
    expect(first.done).toBe(false);
    const some = await revoked(archive);
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(RECORDS / 10);

    const second = await openStateBackfill({ store, log, setAside });
    await second.run(new AbortController().signal);
    expect(second.done).toBe(true);
    expect(await revoked(archive)).toBe(RECORDS / 10);
    // No page was looked at twice.
    expect(lines.at(-1)).toEqual({ looked: RECORDS, changed: RECORDS, done: true });
    expect((await openStateBackfill({ store, log, setAside })).done).toBe(true);
  });

  test("an archive without records is done from the start", async () => {
    const empty = await openStore({ engine: "sqlite", directory, name: `empty-${randomUUID()}` });
    expect((await openStateBackfill({ store: empty, log, setAside: await setAsideOf(empty) })).done).toBe(true);
    await empty.close();
  });
});
