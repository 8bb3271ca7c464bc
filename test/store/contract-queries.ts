import { beforeAll, expect, test } from "vitest";
import type { Refusal } from "../../services/domain/refusal.ts";
import { cursorBehindKey } from "../../services/store/plan.ts";
import type { Collection, Query } from "../../services/store/port.ts";
import type { Bench, Record } from "./contract.ts";

/** The promises about queries on declared indexes. */
export function queryContract(bench: Bench): void {
  let records: Collection<Record>;
  beforeAll(async () => {
    records = await bench.fresh();
    const documents = Array.from({ length: 60 }, (_, i): Record => {
      // Two documents share each time, and three lack it: ties and gaps.
      const timed = i < 57 ? { at: Math.floor(i / 2) } : {};
      const state = i % 3 === 0 ? "made" : "issued";
      return { _id: `r${String(i).padStart(2, "0")}`, revision: 1, app: "a", serial: i, state, ...timed };
    });
    await records.insertMany(documents.toReversed());
  });

  const ids = async (query: Query) => (await records.query(query)).items.map((item) => item._id);

  /** All pages of a query, joined; the count of pages shows that paging took place. */
  async function walk(query: Query, between: () => Promise<void> = async () => {}) {
    const found: string[] = [];
    let pages = 0;
    let after: string | undefined;
    do {
      const page = await records.query(after === undefined ? query : { ...query, after });
      found.push(...page.items.map((item) => item._id));
      after = page.next;
      pages++;
      await between();
    } while (after !== undefined);
    return { found, pages };
  }

  const made = Array.from({ length: 19 }, (_, i) => `r${String(i * 3).padStart(2, "0")}`);

  test("an equality prefix gives its documents in index order, ties by key", async () => {
    expect(await ids({ index: "state", equals: ["made"], limit: 100 })).toEqual(made);
    expect(await ids({ index: "state", equals: ["made"], limit: 100, descending: true })).toEqual(made.toReversed());
    expect(await ids({ index: "state", equals: ["made", 3], limit: 100 })).toEqual(["r06"]);
    expect(await ids({ index: "state", equals: ["issued", 2], limit: 100 })).toEqual(["r04", "r05"]);
    expect(await ids({ index: "state", equals: ["revoked"], limit: 100 })).toEqual([]);
  });

  test("documents that are found by a member of an array come by key, page by page, whatever else the array holds", async () => {
    const shared = await bench.fresh();
    const members = [["m"], ["a", "m"], ["m", "z"], ["z"], ["a", "m", "z"], ["m"]];
    await shared.insertMany(
      members.map((holders, i) => ({ _id: `t${i}`, revision: 1, app: "t", serial: i, state: "made", holders })),
    );
    const want = { index: "holders", equals: ["made", "m"], limit: 2 };
    for (const descending of [false, true]) {
      const found: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await shared.query({ ...want, descending, ...(after !== undefined && { after }) });
        found.push(...page.items.map(({ _id }) => _id));
        after = page.next;
        if (after === undefined) break;
      }
      const inOrder = ["t0", "t1", "t2", "t4", "t5"];
      expect(found).toEqual(descending ? inOrder.toReversed() : inOrder);
    }
    const behind = await shared.query({ ...want, descending: true, after: cursorBehindKey("holders", "t3") });
    expect(behind.items.map(({ _id }) => _id)).toEqual(["t2", "t1"]);
  });

  test("a range includes its start and excludes its end", async () => {
    const range = { index: "serial", equals: ["a"], limit: 100 };
    expect(await ids({ ...range, from: 3, to: 6 })).toEqual(["r03", "r04", "r05"]);
    expect(await ids({ ...range, from: 3, to: 6, descending: true })).toEqual(["r05", "r04", "r03"]);
    expect(await ids({ ...range, from: 57 })).toEqual(["r57", "r58", "r59"]);
    expect(await ids({ ...range, to: 2 })).toEqual(["r00", "r01"]);
    expect(await ids({ ...range, from: 6, to: 6 })).toEqual([]);
    expect(await ids({ ...range, from: 9, to: 3 })).toEqual([]);
    expect(await ids({ ...range, from: "3" })).toEqual([]);
    expect(await ids({ ...range, to: "" })).toEqual([]);
  });

  test("a full unique key gives its one document", async () => {
    const page = await records.query({ index: "serial", equals: ["a", 7], limit: 5 });
    expect(page.items.map((item) => item._id)).toEqual(["r07"]);
    expect(page.next).toBeUndefined();
  });

  test.each([
    { index: "state", limit: 7 },
    { index: "state", limit: 7, descending: true },
    { index: "state", equals: ["issued"], limit: 1 },
    { index: "state", equals: ["issued"], limit: 4, descending: true },
    { index: "state", equals: ["issued"], from: 4, to: 19, limit: 3 },
    { index: "state", equals: ["issued"], from: 4, to: 19, limit: 3, descending: true },
    { index: "serial", equals: ["a"], limit: 9 },
    { index: "serial", equals: ["a"], from: 5, limit: 9, descending: true },
  ] satisfies Query[])("pages joined are the whole: %j", async (query) => {
    const whole = await ids({ ...query, limit: 1000 });
    const { found, pages } = await walk(query);
    expect(found).toEqual(whole);
    expect(pages).toBe(Math.ceil(whole.length / query.limit));
    expect(whole.length).toBeGreaterThan(query.limit);
  });

  test("pages of one key repeat and skip nothing", async () => {
    const { found } = await walk({ index: "state", equals: ["issued", 2], limit: 1 });
    expect(found).toEqual(["r04", "r05"]);
  });

  test("documents that are written while one pages neither hide nor repeat the others", async () => {
    const before = await ids({ index: "state", equals: ["issued"], limit: 1000 });
    let written = 0;
    const { found } = await walk({ index: "state", equals: ["issued"], limit: 5 }, async () => {
      const batch = [-1, 5, 100].map((at): Record => {
        return { _id: `n${at}-${written++}`, revision: 1, state: "issued", at };
      });
      await records.insertMany(batch);
    });
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((id) => id.startsWith("r"))).toEqual(before);
    const added = await ids({ index: "state", equals: ["issued"], limit: 1000 });
    for (const id of added.filter((name) => name.startsWith("n"))) await records.remove(id, 1);
  });

  test("paging goes on behind a document that was removed meanwhile", async () => {
    const own = await bench.fresh();
    await own.insertMany([1, 2, 3, 4].map((at) => ({ _id: `d${at}`, revision: 1, state: "made", at })));
    const page = await own.query({ index: "state", equals: ["made"], limit: 2 });
    await own.remove("d2", 1);
    const rest = await own.query({ index: "state", equals: ["made"], limit: 2, after: page.next as string });
    expect(rest.items.map((item) => item._id)).toEqual(["d3", "d4"]);
    expect(rest.next).toBeUndefined();
  });

  test("numbers come by size before text by its bytes", async () => {
    const own = await bench.fresh();
    const serials = [10, 9, -1, 0.5, "10", "9", "", "Z", "a", "证", "\uff5e", "𠮷"];
    await own.insertMany(serials.map((serial, i) => ({ _id: `k${i}`, revision: 1, app: "a", serial })));
    const found = (await own.query({ index: "serial", equals: ["a"], limit: 100 })).items.map((item) => item.serial);
    expect(found).toEqual([-1, 0.5, 9, 10, "", "10", "9", "Z", "a", "证", "\uff5e", "𠮷"]);
    const text = await own.query({ index: "serial", equals: ["a"], to: "9", limit: 100 });
    expect(text.items.map((item) => item.serial)).toEqual(["", "10"]);
    const numbers = await own.query({ index: "serial", equals: ["a"], from: 9, limit: 100 });
    expect(numbers.items.map((item) => item.serial)).toEqual([9, 10]);
  });

  test("a document is found under each member of an array, and once only", async () => {
    const own = await bench.fresh();
    await own.insert({ _id: "1", revision: 1, state: "issued", holders: ["x", "y", "x"] });
    await own.insert({ _id: "2", revision: 1, state: "issued", holders: ["y"] });
    await own.insert({ _id: "3", revision: 1, state: "issued", holders: [] });
    const under = async (holder: string) =>
      (await own.query({ index: "holders", equals: ["issued", holder], limit: 10 })).items.map((item) => item._id);
    expect(await under("x")).toEqual(["1"]);
    expect(await under("y")).toEqual(["1", "2"]);
    expect(await own.count("holders", ["issued"])).toBe(2);
    await own.replace({ _id: "1", revision: 1, state: "issued", holders: ["z", "y"] });
    expect(await under("x")).toEqual([]);
    expect(await under("z")).toEqual(["1"]);
    const first = await own.query({ index: "holders", equals: ["issued", "y"], limit: 1 });
    const second = await own.query({
      index: "holders",
      equals: ["issued", "y"],
      limit: 1,
      after: first.next as string,
    });
    expect([...first.items, ...second.items].map((item) => item._id)).toEqual(["1", "2"]);
    await expect(own.query({ index: "holders", equals: ["issued"], limit: 10 })).rejects.toThrow(/fixed by equals/);
  });

  test.each([false, true])(
    "a document with an array where none belongs disturbs no other in order and pages (descending: %s)",
    async (descending) => {
      const own = await bench.fresh();
      const good = Array.from({ length: 9 }, (_, at) => ({ _id: `g${at}`, revision: 1, app: "a", state: "made", at }));
      const wrong = [
        { _id: "w1", revision: 1, app: "a", state: "made", at: [1.5, 4.5, 7.5] },
        { _id: "w2", revision: 1, app: "a", state: ["made", "issued"], at: 2 },
      ];
      await own.insertMany([...good, ...wrong] as never[]);
      for (let limit = 1; limit <= 13; limit++) {
        const found: string[] = [];
        let after: string | undefined;
        do {
          const query = { index: "state", equals: ["made"], descending, limit, ...(after !== undefined && { after }) };
          const page = await own.query(query);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items.map((item) => item._id));
          after = page.next;
        } while (after !== undefined);
        const ids = good.map(({ _id }) => _id);
        expect(found.filter((id) => id.startsWith("g"))).toEqual(descending ? ids.toReversed() : ids);
        expect(found).toContain("w1");
        expect(found).not.toContain("w2");
      }
      expect((await own.query({ index: "state", equals: ["made"], from: 4, to: 6, limit: 9 })).items).toHaveLength(3);
    },
  );

  test("an index counts what an equality prefix selects", async () => {
    expect(await records.count("state")).toBe(57);
    expect(await records.count("state", ["made"])).toBe(19);
    expect(await records.count("state", ["issued", 2])).toBe(2);
    expect(await records.count("serial", ["a", 1])).toBe(1);
    expect(await records.count("serial", ["b"])).toBe(0);
  });

  test.each(["", "x", "bm90IGpzb24", "WyJzdGF0ZSJd", "e30"])("the cursor %j is refused", async (after) => {
    const error = await records.query({ index: "state", equals: ["made"], limit: 1, after }).catch((thrown) => thrown);
    expect((error as Refusal).reason).toBe("INVALID_FIELD");
  });

  test("a cursor of another list or from outside the range is refused", async () => {
    const { next: after } = await records.query({ index: "state", equals: ["made"], limit: 3 });
    for (const other of [
      { index: "serial", equals: ["a"] },
      { index: "state" },
      { index: "state", equals: ["made"], from: 9 },
    ]) {
      const error = await records.query({ ...other, limit: 3, after: after as string }).catch((thrown) => thrown);
      expect((error as Refusal).reason).toBe("INVALID_FIELD");
    }
  });

  test("an index that is not declared and a limit out of bounds are programmers' errors", async () => {
    await expect(records.query({ index: "absent", limit: 1 })).rejects.toThrow(/declares no index/);
    await expect(records.query({ index: "state", limit: 0 })).rejects.toThrow(/1–1000/);
    await expect(records.query({ index: "state", limit: 1001 })).rejects.toThrow(/1–1000/);
  });
}
