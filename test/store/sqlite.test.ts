import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test } from "vitest";
import type { Refusal } from "../../services/domain/refusal.ts";
import { openStore } from "../../services/store/open.ts";
import type { Store } from "../../services/store/port.ts";
import { RECORDS, type Record, storeContract } from "./contract.ts";

const directory = await mkdtemp(join(tmpdir(), "ecert-sqlite-"));
afterAll(() => rm(directory, { recursive: true, force: true }));

const open = (name: string) => openStore({ engine: "sqlite", directory, name });

storeContract("sqlite", () => open("contract"));
const opensRemembering = async () => {
  const store = await open("contract-remembered");
  const collection: Store["collection"] = (spec) => store.collection({ ...spec, remembered: 2 });
  return { ...store, collection };
};
storeContract("sqlite", opensRemembering, ", with documents remembered");

describe("the SQLite store", () => {
  test("files are readable by their owner only", async () => {
    const store = await open("private");
    await store.collection(RECORDS);
    for (const name of await readdir(directory)) {
      const { mode } = await stat(join(directory, name));
      expect(mode & 0o077).toBe(0);
    }
    await store.close();
  });

  test("what was stored is there after the store is opened again", async () => {
    const first = await open("again");
    const records = await first.collection<Record>(RECORDS);
    await records.insert({ _id: "1", revision: 1, app: "a", serial: "s" });
    const digest = await first.blobs.put(Buffer.from("licence"));
    await first.close();
    const second = await open("again");
    const reopened = await second.collection<Record>(RECORDS);
    expect((await reopened.query({ index: "serial", equals: ["a"], limit: 1 })).items).toHaveLength(1);
    expect(Buffer.from((await second.blobs.get(digest)) ?? []).toString()).toBe("licence");
    await second.close();
  });

  test.each(["{", "", "7", "[1]", '"text"', '{"_id":"other","revision":99,"app":5}'])(
    "a row whose text is %j stops no other: it is there with its key and little else, and can be replaced",
    async (text) => {
      const name = `bad-${Buffer.from(text).toString("hex")}`;
      const store = await open(name);
      const records = await store.collection<Record>(RECORDS);
      for (const serial of [1, 2, 3]) await records.insert({ _id: `r${serial}`, revision: 1, app: "a", serial });
      const database = new DatabaseSync(join(directory, `${name}.sqlite`));
      database.prepare(`UPDATE "c:${RECORDS.name}" SET body = ? WHERE id = 'r2'`).run(text);
      database.close();
      expect((await records.get("r2"))?.revision).toBe(1);
      const keys = async (limit: number) => {
        const found: string[] = [];
        for (let after: string | undefined; ; ) {
          const page = await records.query({ index: "serial", equals: ["a"], limit, ...(after && { after }) });
          found.push(...page.items.map(({ _id }) => _id));
          if (page.next === undefined) return found;
          after = page.next;
        }
      };
      for (const limit of [1, 2, 3]) expect(await keys(limit)).toEqual(["r1", "r2", "r3"]);
      expect(await records.replace({ _id: "r2", revision: 1, app: "a", serial: 2 })).toMatchObject({ revision: 2 });
      expect(await keys(1)).toEqual(["r1", "r2", "r3"]);
      await store.close();
      // Indexes that are built anew pass over it, too.
      const again = new DatabaseSync(join(directory, `${name}.sqlite`));
      again.prepare(`UPDATE "c:${RECORDS.name}" SET body = ? WHERE id = 'r2'`).run(text);
      again.exec(`DELETE FROM "declared_indexes"`);
      again.close();
      const reopened = await open(name);
      const rebuilt = await reopened.collection<Record>(RECORDS);
      expect(await rebuilt.count("serial", ["a"])).toBe(2);
      await reopened.close();
    },
  );

  test("a document that is remembered is frozen, and read anew as soon as anybody else has written", async () => {
    const store = await open("remembered");
    const records = await store.collection<Record>({ ...RECORDS, remembered: 10 });
    await records.insert({ _id: "1", revision: 1, app: "a", serial: 1 });
    const read = (await records.get("1")) as Record;
    expect(await records.get("1")).toBe(read);
    expect(() => Object.assign(read, { app: "b" })).toThrow(TypeError);
    const replaced = await records.replace({ ...read, app: "b" });
    expect(await records.get("1")).toBe(replaced);
    const all = { index: "serial", equals: ["b"], limit: 5 };
    expect((await records.query(all)).items[0]).toBe(replaced);
    const other = new DatabaseSync(join(directory, "remembered.sqlite"));
    other.prepare(`UPDATE "c:${RECORDS.name}" SET body = ? WHERE id = '1'`).run("{");
    expect((await records.query(all)).items).toEqual([{ _id: "1", revision: 2 }]);
    expect(await records.get("1")).toEqual({ _id: "1", revision: 2 });
    other.prepare(`DELETE FROM "c:${RECORDS.name}"`).run();
    other.close();
    expect(await records.get("1")).toBeUndefined();
    await store.close();
  });

  test("what another process wrote before a transaction stops all of its operations that had not seen it", async () => {
    const store = await open("looked-once");
    const records = await store.collection<Record>({ ...RECORDS, remembered: 10 });
    const ids = ["1", "2", "3"];
    await Promise.all(ids.map((_id, serial) => records.insert({ _id, revision: 1, app: "a", serial })));
    const before = (await records.getMany(ids)) as Record[];
    const theirs = await open("looked-once");
    const other = await theirs.collection<Record>(RECORDS);
    await Promise.all(before.map((record) => other.replace({ ...record, app: "b" })));
    const change = (found: readonly Record[]) =>
      Promise.all(found.map((record) => records.replace({ ...record, app: "c" })));
    expect(await change(before)).toEqual([undefined, undefined, undefined]);
    expect(await records.count("serial", ["b"])).toBe(3);
    expect(await change((await records.getMany(ids)) as Record[])).toMatchObject(ids.map(() => ({ revision: 3 })));
    expect([await records.count("serial", ["b"]), await records.count("serial", ["c"])]).toEqual([0, 3]);
    await theirs.close();
    await store.close();
  });

  test("closing waits for what was asked before, and refuses what is asked after", async () => {
    const store = await open("closing");
    const records = await store.collection<Record>(RECORDS);
    const before = records.insert({ _id: "1", revision: 1 });
    const closed = store.close();
    await expect(before).resolves.toBeUndefined();
    await closed;
    const late = await records.insert({ _id: "2", revision: 1 }).catch((thrown: unknown) => thrown);
    expect((late as Refusal).reason).toBe("STORE_AWAY");
    const read = await records.get("1").catch((thrown: unknown) => thrown);
    expect((read as Refusal).reason).toBe("STORE_AWAY");
    await store.close();
  });

  test("two connections write the same file in turns and see each other's documents", async () => {
    const [one, two] = [await open("shared"), await open("shared")];
    const left = await one.collection<Record>(RECORDS);
    const right = await two.collection<Record>(RECORDS);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 400 }, (_, i) =>
        (i % 2 === 0 ? left : right).insert({ _id: `${i}`, revision: 1, app: "a", serial: `${i >> 1}` }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(200);
    expect(await left.count("serial", ["a"])).toBe(200);
    expect(await right.count("serial", ["a"])).toBe(200);
    await Promise.all([one.close(), two.close()]);
  });

  test("a file that is no database, and a folder that cannot be made, are typed refusals", async () => {
    await writeFile(join(directory, "text.sqlite"), "no database, but long enough to be looked at ".repeat(100));
    for (const where of [
      { directory, name: "text" },
      { directory: join(directory, "text.sqlite"), name: "below" },
    ]) {
      const error = await openStore({ engine: "sqlite", ...where }).catch((thrown: unknown) => thrown);
      expect((error as Refusal).reason).toBe("STORE_AWAY");
    }
  });
});
