import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Refusal } from "../../services/domain/refusal.ts";
import {
  type Collection,
  type CollectionSpec,
  DuplicateKey,
  type Store,
  type Stored,
} from "../../services/store/port.ts";
import { blobContract } from "./contract-blobs.ts";
import { queryContract } from "./contract-queries.ts";

/** The document of the suite: every kind of index field that the port allows. */
export interface Record extends Stored {
  app?: string | null;
  serial?: string | number;
  state?: string;
  at?: number;
  holders?: string[];
  subject?: { code?: string };
  note?: unknown;
}

/** Its collection: unique over two fields, ordered, multikey, unique and dotted. */
export const RECORDS: CollectionSpec = {
  name: "records",
  indexes: [
    { name: "serial", fields: ["app", "serial"], unique: true },
    { name: "state", fields: ["state", "at"] },
    { name: "holders", fields: ["state", "holders"], many: true },
    { name: "subject", fields: ["subject.code"], unique: true },
  ],
};

/** What a suite runs on: an opened store whose data are the suite's own. */
export interface Bench {
  readonly store: Store;
  /** A collection that no other test uses, declared like {@link RECORDS}. */
  fresh(): Promise<Collection<Record>>;
}

/** The promises of the store port; each engine passes exactly these tests. */
export function storeContract(engine: Store["engine"], open: () => Promise<Store>, how = ""): void {
  describe(`the store port on ${engine}${how}`, () => {
    let store: Store;
    let used = 0;
    const bench: Bench = {
      get store() {
        return store;
      },
      fresh: () => store.collection<Record>({ ...RECORDS, name: `records_${++used}` }),
    };
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store?.close());

    test("names its engine and can be checked", async () => {
      expect(store.engine).toBe(engine);
      await store.check();
      await Promise.all([store.check(), store.check()]);
    });

    test("the size tells how many bytes the documents take: more once there are more", async () => {
      const records = await bench.fresh();
      const before = await store.size();
      await records.insertMany(
        Array.from({ length: 50 }, (_, n) => ({ _id: `${n}`, revision: 1, note: "x".repeat(9_000) })),
      );
      expect((await store.size()) - before).toBeGreaterThan(50 * 9_000 * 0.9);
    });

    test("a stamp is another once something was written, also by another process, and the same until then", async () => {
      const other = await open();
      const [here, there] = await Promise.all([
        bench.fresh(),
        other.collection<Record>({ ...RECORDS, name: "stamped" }),
      ]);
      if (engine === "mongodb") {
        await other.close();
        return expect(store.stamp()).toBeUndefined();
      }
      const stamps = [store.stamp()];
      const changes = () => {
        stamps.push(store.stamp());
        return stamps.at(-1) !== stamps.at(-2);
      };
      await here.get("x");
      expect(changes()).toBe(false);
      await here.insert({ _id: "x", revision: 1, app: "a", serial: "1" });
      expect(changes()).toBe(true);
      await there.insert({ _id: "x", revision: 1, app: "a", serial: "1" });
      expect([changes(), changes()]).toEqual([true, false]);
      // A check behind a write writes nothing more.
      await here.insert({ _id: "y", revision: 1, app: "a", serial: "2" });
      expect(changes()).toBe(true);
      await store.check();
      expect(changes()).toBe(false);
      await other.close();
    });
    describe("documents", () => documentContract(bench));
    describe("queries", () => queryContract(bench));
    describe("blobs", () => blobContract(bench));
  });
}

function documentContract(bench: Bench): void {
  test("a document comes back as it was given, whatever its members are called", async () => {
    const records = await bench.fresh();
    const note = {
      名称: "某某公司𠮷",
      "a.b": 1,
      $c: [1, null, { d: 1.5 }],
      empty: "",
      big: 9007199254740991,
      control: "\u0000",
    };
    const document: Record = { _id: "证/1", revision: 1, app: null, note };
    await records.insert(document);
    expect(await records.get("证/1")).toEqual(document);
    expect(await records.get("other")).toBeUndefined();
  });

  test("what the caller changes after the call is not stored", async () => {
    const records = await bench.fresh();
    const document: Record = { _id: "1", revision: 1, state: "made", holders: ["a"] };
    const inserted = records.insert(document);
    document.holders?.push("b");
    await inserted;
    expect((await records.get("1"))?.holders).toEqual(["a"]);
  });

  test("members that are undefined are not stored", async () => {
    const records = await bench.fresh();
    await records.insert({ _id: "1", revision: 1, state: undefined, note: { a: undefined } } as unknown as Record);
    expect(Object.keys((await records.get("1")) ?? {}).sort()).toEqual(["_id", "note", "revision"]);
  });

  test("a taken key is refused by the name of its index and leaves no trace", async () => {
    const records = await bench.fresh();
    await records.insert({ _id: "1", revision: 1, app: "a", serial: "s", subject: { code: "x" } });
    const attempts: [Record, string][] = [
      [{ _id: "1", revision: 1 }, "_id"],
      [{ _id: "2", revision: 1, app: "a", serial: "s" }, "serial"],
      [{ _id: "2", revision: 1, app: "a", serial: "t", subject: { code: "x" } }, "subject"],
    ];
    for (const [document, index] of attempts) {
      const error = await records.insert(document).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DuplicateKey);
      expect((error as DuplicateKey).index).toBe(index);
    }
    expect(await records.get("2")).toBeUndefined();
    expect(await records.count("serial")).toBe(1);
    await records.insert({ _id: "2", revision: 1, app: "a", serial: "t" });
  });

  test("a document that lacks a field, or has null there, is not held by the unique index", async () => {
    const records = await bench.fresh();
    await records.insert({ _id: "1", revision: 1, app: "a" });
    await records.insert({ _id: "2", revision: 1, app: "a" });
    await records.insert({ _id: "3", revision: 1, app: null, serial: "s" });
    await records.insert({ _id: "4", revision: 1, app: null, serial: "s" });
    expect(await records.count("serial")).toBe(0);
    await records.insert({ _id: "5", revision: 1, app: "a", serial: 7 });
    await expect(records.insert({ _id: "6", revision: 1, app: "a", serial: 7 })).rejects.toThrow(DuplicateKey);
    await records.insert({ _id: "6", revision: 1, app: "a", serial: "7" });
  });

  test("a batch stores each document on its own", async () => {
    const records = await bench.fresh();
    await records.insert({ _id: "taken", revision: 1, app: "a", serial: "s" });
    const answers = await records.insertMany([
      { _id: "1", revision: 1, app: "a", serial: "1" },
      { _id: "taken", revision: 1 },
      { _id: "2", revision: 1, app: "a", serial: "s" },
      { _id: "3", revision: 1, app: "a", serial: "3" },
      { _id: "4", revision: 1, app: "a", serial: "3" },
    ]);
    expect(answers.map((answer) => answer?.index)).toEqual([undefined, "_id", "serial", undefined, "serial"]);
    const found = await records.getMany(["3", "absent", "1", "2", "3"]);
    expect(found.map((document) => document?._id)).toEqual(["3", undefined, "1", undefined, "3"]);
    expect(await records.insertMany([])).toEqual([]);
    expect(await records.getMany([])).toEqual([]);
  });

  test("a list in order is stored up to the first duplicate, and nothing behind it", async () => {
    const records = await bench.fresh();
    await records.insert({ _id: "taken", revision: 1, app: "a", serial: "s" });
    const chain = ["1", "2", "3", "4"].map((_id) => ({ _id, revision: 1, app: "a", serial: _id === "3" ? "s" : _id }));
    expect(await records.insertInOrder(chain)).toBe(2);
    const found = await records.getMany(["1", "2", "3", "4"]);
    expect(found.map((document) => document?._id)).toEqual(["1", "2", undefined, undefined]);
    expect(await records.insertInOrder(chain)).toBe(0);
    expect(await records.insertInOrder(chain.slice(3))).toBe(1);
    expect(await records.insertInOrder([])).toBe(0);
  });

  test("a duplicate does not fail its neighbours of the same turn", async () => {
    const records = await bench.fresh();
    const inserts = Array.from({ length: 40 }, (_, i) => records.insert({ _id: String(i % 20), revision: 1, at: i }));
    const outcomes = await Promise.allSettled(inserts);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(20);
    const found = await records.getMany(Array.from({ length: 20 }, (_, i) => String(i)));
    expect(found.every((document) => document !== undefined)).toBe(true);
  });

  test("a replacement needs the stored revision, and raises it by one", async () => {
    const records = await bench.fresh();
    const first: Record = { _id: "1", revision: 1, state: "made", at: 1 };
    await records.insert(first);
    expect(await records.replace({ ...first, state: "issued" })).toEqual({ ...first, state: "issued", revision: 2 });
    expect(await records.get("1")).toEqual({ ...first, state: "issued", revision: 2 });
    expect(await records.replace(first)).toBeUndefined();
    expect(await records.replace({ ...first, revision: 3 })).toBeUndefined();
    expect(await records.replace({ ...first, _id: "absent" })).toBeUndefined();
    expect(await records.count("state", ["made"])).toBe(0);
    expect(await records.count("state", ["issued"])).toBe(1);
  });

  test("of many replacements each needs the stored revision of its own, and stops no other", async () => {
    const records = await bench.fresh();
    const documents = Array.from({ length: 600 }, (_, i) => ({ _id: `m${i}`, revision: 1, state: "made", at: i }));
    await records.insertMany(documents);
    await records.replace({ ...(documents[7] as Record), state: "other" });
    await records.replaceMany([
      ...documents.map((one) => ({ ...one, state: "issued" })),
      { _id: "absent", revision: 1 },
    ]);
    expect(await records.count("state", ["issued"])).toBe(599);
    expect(await records.get("m7")).toMatchObject({ state: "other", revision: 2 });
    expect(await records.get("m8")).toMatchObject({ state: "issued", at: 8, revision: 2 });
    expect(await records.get("absent")).toBeUndefined();
  });

  test("a replacement that takes another's key is refused and changes nothing", async () => {
    const records = await bench.fresh();
    await records.insert({ _id: "1", revision: 1, app: "a", serial: "1" });
    await records.insert({ _id: "2", revision: 1, app: "a", serial: "2" });
    const error = await records
      .replace({ _id: "2", revision: 1, app: "a", serial: "1" })
      .catch((thrown: unknown) => thrown);
    expect((error as DuplicateKey).index).toBe("serial");
    expect(await records.get("2")).toEqual({ _id: "2", revision: 1, app: "a", serial: "2" });
    await records.replace({ _id: "1", revision: 1, app: "a", serial: "3" });
    await records.insert({ _id: "4", revision: 1, app: "a", serial: "1" });
  });

  test("of 50 writers that replace one revision, one wins; and no increment is lost", async () => {
    const records = await bench.fresh();
    await records.insert({ _id: "1", revision: 1, at: 0 });
    const raced = await Promise.all(
      Array.from({ length: 50 }, (_, i) => records.replace({ _id: "1", revision: 1, at: 0, note: i })),
    );
    expect(raced.filter((answer) => answer !== undefined)).toHaveLength(1);
    const add = async (): Promise<void> => {
      const now = (await records.get("1")) as Record;
      if ((await records.replace({ ...now, at: (now.at ?? 0) + 1 })) === undefined) await add();
    };
    await Promise.all(Array.from({ length: 50 }, add));
    expect(await records.get("1")).toMatchObject({ at: 50, revision: 52 });
  });

  test("of 50 writers that insert one business serial, one wins", async () => {
    const records = await bench.fresh();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => records.insert({ _id: String(i), revision: 1, app: "a", serial: "s" })),
    );
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(await records.count("serial", ["a", "s"])).toBe(1);
  });

  test("a document is removed at its revision only, and its keys are free again", async () => {
    const records = await bench.fresh();
    await records.insert({ _id: "1", revision: 1, app: "a", serial: "s" });
    expect(await records.remove("1", 2)).toBe(false);
    expect(await records.remove("1", 1)).toBe(true);
    expect(await records.remove("1", 1)).toBe(false);
    expect(await records.get("1")).toBeUndefined();
    await records.insert({ _id: "2", revision: 1, app: "a", serial: "s" });
  });

  test("a document above 15 MiB is refused as too large", async () => {
    const records = await bench.fresh();
    const document: Record = { _id: "1", revision: 1, note: "x".repeat(15 * 1024 * 1024) };
    const error = await records.insert(document).catch((thrown: unknown) => thrown);
    expect((error as Refusal).reason).toBe("TOO_LARGE");
    await records.insert({ ...document, note: "x".repeat(15 * 1024 * 1024 - 100) });
  });

  test("opening a collection again with one more index finds what was stored before", async () => {
    const records = await bench.fresh();
    await records.insert({ _id: "1", revision: 1, state: "made", note: "n" });
    const more: CollectionSpec = { ...RECORDS, name: "grown" };
    const old = await bench.store.collection<Record>(more);
    await old.insert({ _id: "1", revision: 1, state: "made", at: 1 });
    const grown = await bench.store.collection<Record>({
      ...more,
      indexes: [...RECORDS.indexes, { name: "newer", fields: ["at"] }],
    });
    expect((await grown.query({ index: "newer", limit: 10 })).items).toHaveLength(1);
    const changed = await bench.store.collection<Record>({ ...more, indexes: [{ name: "newer", fields: ["state"] }] });
    expect(await changed.count("newer", ["made"])).toBe(1);
  });
}
