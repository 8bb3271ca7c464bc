import { once } from "node:events";
import { create, fromBinary } from "@bufbuild/protobuf";
import { expect, onTestFinished, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { openArchive } from "../archive/archive.ts";
import type { Intake } from "../archive/intake.ts";
import { startBackground } from "../background.ts";
import type { SyncContext } from "../context.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import { RECORDS } from "./all-bucket-records.ts";
import { BUCKETS } from "./all-buckets.ts";
import { openCompare } from "./compare.ts";

const CITY = "440100";

/** A city that answers what it likes. */
async function compareWith(city: object, longestMs?: number) {
  const clients = { "ecert.sync.v1.ExchangeService": city };
  const house = await openTestRuntime({ service: "sync", role: "province", code: "440000", clients });
  onTestFinished(() => house.close());
  const { runtime } = house;
  const archive = await openArchive(runtime);
  const intake = { take: () => Promise.reject(new Error("nothing is taken over here")) };
  const parts = {
    runtime,
    archive,
    intake,
    nodes: [CITY],
    settled: async () => {},
    ...(longestMs !== undefined && { longestMs }),
  };
  return (await openCompare(parts)).with(CITY, runtime.signal);
}

/** A list that never ends, in pages of so many. */
function endless(size: number) {
  let given = 0;
  return () => ({
    names: Array.from({ length: size }, () => String(given++).padStart(12, "0")),
    nextPageToken: String(given),
  });
}

function endlessBuckets(size: number, name = (text: string) => text) {
  const list = endless(size);
  return async () => {
    const { names, nextPageToken } = list();
    return { root: "", nextPageToken, buckets: names.map((one) => ({ bucket: name(one), digest: "", count: 1n })) };
  };
}

function endlessRecords(size: number) {
  const list = endless(size);
  const listBucketRecordsAcross = async () => {
    const { names, nextPageToken } = list();
    return { nextPageToken, records: names.map((identifier) => ({ identifier, revision: 1n, digest: "" })) };
  };
  const buckets = [{ bucket: "2026-11-24", digest: "d", count: 1n }];
  return { listBucketsAcross: async () => ({ root: "r", nextPageToken: "", buckets }), listBucketRecordsAcross };
}

const refused = (limit: number) => ({ reason: "TOO_LARGE", metadata: { node: CITY, limit: String(limit) } });

test("4.6.2: a city that lists buckets without end, on large pages or small ones, is refused at a limit", async () => {
  await expect(compareWith({ listBucketsAcross: endlessBuckets(1_000) })).rejects.toMatchObject(refused(BUCKETS));
  await expect(compareWith({ listBucketsAcross: endlessBuckets(1) })).rejects.toMatchObject(refused(400));
  const long = endlessBuckets(1, (name) => name.padEnd(21, "0"));
  await expect(compareWith({ listBucketsAcross: long })).rejects.toMatchObject(refused(20));
});

test("4.6.2: a city that lists records of a day without end, on large pages or small ones, is refused at a limit", async () => {
  await expect(compareWith(endlessRecords(1_000))).rejects.toMatchObject(refused(RECORDS));
  await expect(compareWith(endlessRecords(1))).rejects.toMatchObject(refused(10_000));
});

test("4.6.2: a city that never answers ends its comparison at the deadline", async () => {
  const listBucketsAcross = async (_page: object, { signal }: { signal: AbortSignal }) => {
    await once(signal, "abort");
    signal.throwIfAborted();
  };
  await expect(compareWith({ listBucketsAcross }, 20)).rejects.toMatchObject({
    reason: "DEADLINE_EXCEEDED",
    metadata: { node: CITY, limit: "20" },
  });
});

test("4.6.2: however many records differ, a comparison writes one line of the log and one of the evidence, and counts them", async () => {
  const names = Array.from({ length: 300 }, (_, index) => `c-${String(index).padStart(4, "0")}`);
  const asked: string[] = [];
  const city = {
    listBucketsAcross: async () => ({
      ...{ root: "r", nextPageToken: "" },
      buckets: [{ bucket: "2026-11-24", digest: "d", count: 300n }],
    }),
    listBucketRecordsAcross: async () => ({
      nextPageToken: "",
      records: names.map((identifier) => ({ identifier, revision: 1n, digest: "" })),
    }),
    getRecordAcross: async ({ identifier }: { identifier: string }) => {
      asked.push(identifier);
      throw new Refusal("RECORD_UNREADABLE", "damaged");
    },
  };
  const clients = { "ecert.sync.v1.ExchangeService": city };
  const house = await openTestRuntime({ service: "sync", role: "province", code: "440000", clients });
  onTestFinished(() => house.close());
  const archive = await openArchive(house.runtime);
  const kept = { node: CITY, revision: 2n, state: CertificateState.ISSUED, issuedAt: "2026-11-24T02:00:00Z" };
  for (const identifier of ["gone-1", "gone-2"])
    await archive.keep(create(CertificateRecordSchema, { identifier, ...kept }), house.runtime.now(), async () => true);
  const lines: object[] = [];
  const write = (fields: object) => void lines.push(fields);
  const runtime = { ...house.runtime, log: { debug: write, info: write, warn: write, error: write } };
  const intake = { take: () => Promise.reject(new Error("nothing comes")) };
  const compare = await openCompare({ runtime, archive, intake, nodes: [CITY], settled: async () => {} });
  const counts = { equal: false, repaired: 0, surplus: 2, unrepaired: 300 };
  expect(await compare.with(CITY, runtime.signal)).toMatchObject(counts);
  expect(compare.last(CITY)).toMatchObject({ ...counts, at: runtime.now() });
  expect(lines).toMatchObject([{ node: CITY, ...counts, surplusFirst: ["gone-1", "gone-2"] }]);
  expect(house.evidence).toMatchObject([{ kind: "archive-compared", body: counts }]);
  expect(house.evidence[0]?.body.unrepairedFirst).toHaveLength(20);
  // What changed nothing is not done again.
  expect(asked).toHaveLength(300);
});

test("4.6.2: while archives are compared it is told how many records of the days that differ were looked at; stopped half way it is told no longer, and begun again it goes through them", async () => {
  const names = ["c-1", "c-2", "c-3", "c-4"];
  const stop = new AbortController();
  const told: unknown[] = [];
  const days = [
    { bucket: "2026-11-24", digest: "d", count: 3n },
    { bucket: "2026-11-25", digest: "e", count: 1n },
  ];
  const city = {
    listBucketsAcross: async () => ({ root: "r", nextPageToken: "", buckets: days }),
    listBucketRecordsAcross: async ({ bucket }: { bucket: string }) => ({
      nextPageToken: "",
      records: (bucket === "2026-11-24" ? names.slice(0, 3) : names.slice(3)).map((identifier) => ({
        ...{ identifier, revision: 1n, digest: "" },
      })),
    }),
    getRecordAcross: async ({ identifier }: { identifier: string }) => {
      told.push(compare.running(CITY));
      if (identifier === "c-2") stop.abort();
      throw new Refusal("RECORD_UNREADABLE", "damaged");
    },
  };
  const clients = { "ecert.sync.v1.ExchangeService": city };
  const house = await openTestRuntime({ service: "sync", role: "province", code: "440000", clients });
  onTestFinished(() => house.close());
  const { runtime } = house;
  const archive = await openArchive(runtime);
  const intake = { take: () => Promise.reject(new Error("nothing comes")) };
  const compare = await openCompare({ runtime, archive, intake, nodes: [CITY], settled: async () => {} });
  expect(compare.running(CITY)).toBeUndefined();
  await expect(compare.with(CITY, stop.signal)).rejects.toThrow();
  const at = (checked: number) => ({ pass: 1, records: 4, checked, repaired: 0 });
  expect(told).toEqual([at(1), at(2)]);
  expect(compare.running(CITY)).toBeUndefined();
  expect(compare.last(CITY)).toBeUndefined();
  told.length = 0;
  expect(await compare.with(CITY, runtime.signal)).toMatchObject({ equal: false, unrepaired: 4 });
  expect(told).toEqual([1, 2, 3, 4].map(at));
});

test("4.6.2: a comparison that ended in the middle is told with how far it was, by the next process too, which goes on and counts all; what it came to is remembered", async () => {
  const issuer = await openTestRuntime({ service: "sync", code: CITY });
  onTestFinished(() => issuer.close());
  const theirs = await openArchive(issuer.runtime);
  const recordOf = (identifier: string) =>
    create(CertificateRecordSchema, {
      ...{ identifier, node: CITY, revision: 1n, state: CertificateState.ISSUED },
      issuedAt: `2026-11-2${identifier.at(-1)}T02:00:00Z`,
    });
  const names = ["c-1", "c-2", "c-3"];
  for (const name of names) await theirs.keep(recordOf(name), issuer.runtime.now(), async () => true);
  let refusal: Refusal | undefined = new Refusal("PEER_AWAY", "gone in the middle");
  let away: Refusal | undefined;
  const asked: string[] = [];
  const city = {
    async listBucketsAcross() {
      if (away) throw away;
      const { buckets, root } = await theirs.digests.buckets(CITY);
      return { root, nextPageToken: "", buckets: buckets.map((one) => ({ ...one, count: BigInt(one.count) })) };
    },
    async listBucketRecordsAcross({ bucket }: { bucket: string }) {
      const records = await theirs.digests.records(CITY, bucket);
      return { nextPageToken: "", records: records.map((one) => ({ ...one, revision: BigInt(one.revision) })) };
    },
    async getRecordAcross({ identifier }: { identifier: string }) {
      asked.push(identifier);
      if (refusal && identifier === "c-2") throw refusal;
      return { record: recordOf(identifier) };
    },
  };
  const clients = { "ecert.sync.v1.ExchangeService": city };
  const house = await openTestRuntime({ service: "sync", role: "province", code: "440000", clients });
  onTestFinished(() => house.close());
  const { runtime } = house;
  const archive = await openArchive(runtime);
  const take = async (_node: string, payload: Uint8Array) => {
    const record = fromBinary(CertificateRecordSchema, payload);
    await archive.keep(record, runtime.now(), async () => true);
    return { kept: true as const, how: "new" as const };
  };
  const open = () =>
    openCompare({ runtime, archive, intake: { take } as unknown as Intake, nodes: [CITY], settled: async () => {} });
  await expect((await open()).with(CITY, runtime.signal)).rejects.toThrow("gone in the middle");
  refusal = undefined;
  const next = await open();
  const far = { pass: 1, records: 3, checked: 2, repaired: 1 };
  expect(next.interrupted(CITY)).toEqual(far);
  // One that finds the city away takes nothing of that away.
  away = new Refusal("PEER_AWAY", "not there yet");
  await expect(next.with(CITY, runtime.signal)).rejects.toThrow("not there yet");
  expect(next.interrupted(CITY)).toEqual(far);
  away = undefined;
  expect(await next.with(CITY, runtime.signal)).toMatchObject({ equal: true, repaired: 3, records: 3 });
  expect(asked).toEqual(["c-1", "c-2", "c-2", "c-3"]);
  const last = await open();
  expect(last.interrupted(CITY)).toBeUndefined();
  expect(last.last(CITY)).toMatchObject({ equal: true, repaired: 3, at: runtime.now() });
});

test("4.6.2: archives are compared at the start, as soon as the city can be asked, and not only after ten minutes", async () => {
  const { runtime, close } = await openTestRuntime({ service: "sync", code: "440000" });
  onTestFinished(close);
  const compared = Promise.withResolvers<void>();
  let asked = 0;
  const compare = {
    with: async () => {
      if (++asked === 1) throw new Refusal("PEER_AWAY", "still starting");
      compared.resolve();
    },
  };
  const run = async (signal: AbortSignal) => void (await once(signal, "abort"));
  const standings = { run };
  const links = [{ peer: { node: CITY }, run }];
  const parts = { runtime, links, relays: new Map(), backfill: { done: true }, compare, standings };
  const background = startBackground(parts as unknown as SyncContext, DEFAULT_SYNC_OPTIONS);
  await compared.promise;
  await background.stop();
  expect(asked).toBe(2);
});

test("4.6.2: while one city's comparison does not end, and another's fails, the third is compared again and again", async () => {
  const { runtime, close } = await openTestRuntime({ service: "sync", code: "440000" });
  onTestFinished(close);
  const again = Promise.withResolvers<void>();
  let compared = 0;
  const compare = {
    with: async (node: string, signal: AbortSignal) => {
      if (node === "440100") await once(signal, "abort");
      if (node === "440200") throw new Error("cannot be compared");
      if (node === "440300" && ++compared === 3) again.resolve();
    },
  };
  const run = async (signal: AbortSignal) => void (await once(signal, "abort"));
  const links = ["440100", "440200", "440300"].map((node) => ({ peer: { node }, run }));
  const context = { runtime, links, relays: new Map(), backfill: { done: true }, compare } as unknown as SyncContext;
  const background = startBackground(context, { ...DEFAULT_SYNC_OPTIONS, compareEveryMs: 1 });
  await again.promise;
  await background.stop();
});
