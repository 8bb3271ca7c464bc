import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { type Order, orderedAmong, orderedPage, SORTED_AT_MOST } from "./ordered-page.ts";
import type { Query, Stored } from "./port.ts";

interface Named extends Stored {
  name: string;
  size?: number;
}

const named = (...names: string[]) => names.map((name, at): Named => ({ _id: String(at), revision: 1, name }));

/** Documents in the order of the store. */
function stored(all: readonly Named[]) {
  return {
    async query({ limit, after = "0" }: Query) {
      const end = Number(after) + limit;
      return { items: all.slice(Number(after), end), ...(end < all.length && { next: String(end) }) };
    },
  };
}

const KEYS: Order<Named>["keys"] = { name: ({ name }) => name, size: ({ size = -1 }) => size };

/** All pages of an order, two at a time; `between` changes what is stored behind the first. */
async function pages(all: readonly Named[], orderBy: string, between = () => {}): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | undefined; ; between()) {
    const query = { index: "all", limit: 2, ...(after !== undefined && { after }) };
    const page = await orderedPage(stored(all), query, { orderBy, keys: KEYS });
    found.push(...page.items.map(({ name }) => name));
    if (page.next === undefined) return found;
    after = page.next;
  }
}

test("names go by their sound and numbers in them by size, codes by their characters and before names, and the other way round on request; equal ones come once each", async () => {
  const all = named("王五", "第10分局", "李四", "第2分局", "张三", "李四");
  const up = ["第2分局", "第10分局", "李四", "李四", "王五", "张三"];
  expect(await pages(all, "name")).toEqual(up);
  expect(await pages(all, "-name")).toEqual(up.toReversed());
  expect(await pages(named("11B", "111", "刘", "9"), "name")).toEqual(["111", "11B", "9", "刘"]);
  expect(await pages(all, "")).toEqual(all.map(({ name }) => name));
});

test("numbers go by size, and what has none comes first", async () => {
  const all = named("a", "b", "c").map((one, at): Named => (at === 1 ? one : { ...one, size: at === 0 ? 10 : 9 }));
  expect(await pages(all, "size")).toEqual(["b", "c", "a"]);
});

test("what comes or goes between two pages neither doubles nor hides any other", async () => {
  const all = named("b", "c", "d", "e");
  const between = () => {
    if (all.length > 4) return;
    all.push({ _id: "new", revision: 1, name: "a" });
    all.splice(1, 1, { _id: "other", revision: 1, name: "d2" });
  };
  expect(await pages(all, "name", between)).toEqual(["b", "c", "d", "d2", "e"]);
});

test("a token of another order is refused, and so is what is none", async () => {
  const query = { index: "all", limit: 2 };
  const { next = "" } = await orderedPage(stored(named("a", "b", "c")), query, { orderBy: "name", keys: KEYS });
  for (const after of [next, "garbage", Buffer.from('["-name",{},"1"]').toString("base64url")])
    await expect(
      orderedPage(stored(named("a")), { ...query, after }, { orderBy: "-name", keys: KEYS }),
    ).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "page_token" }] });
});

test("a token has room for what names are sorted by, whatever they are", async () => {
  const long = `${"𠮷".repeat(200)}`;
  const { next = "" } = await orderedPage(
    stored(named(long, `${long}a`)),
    { index: "all", limit: 1 },
    { orderBy: "-name", keys: KEYS },
  );
  expect(next.length).toBeGreaterThan(100);
  expect(next.length).toBeLessThanOrEqual(500);
});

test("of more than are sorted none are given as if they were all: the list is to be narrowed", async () => {
  const many = named(...Array.from({ length: SORTED_AT_MOST }, (_, at) => `第${at}份`));
  const order = { orderBy: "-name", keys: KEYS };
  const first = await orderedPage(stored(many), { index: "all", limit: 1 }, order);
  expect(first.items).toMatchObject([{ name: `第${SORTED_AT_MOST - 1}份` }]);
  const more = stored([...many, ...named("one more")]);
  await expect(orderedPage(more, { index: "all", limit: 1 }, order)).rejects.toMatchObject({
    reason: "INVALID_FIELD",
    fields: [{ field: "order_by" }],
  });
});

test("of a long list no more is held than two pages and what is read at a time, and other calls are served meanwhile", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const read: WeakRef<Named>[] = [];
  let held = 0;
  let [served, servedBehind] = [false, false];
  const long = {
    async query({ limit, after = "0" }: Query) {
      const start = Number(after);
      if (start === 0) setImmediate(() => (served = true));
      if (start > 0) servedBehind ||= served;
      if (start === 9_500) {
        collect();
        held = read.filter((one) => one.deref() !== undefined).length;
      }
      // Each stands before all that came: none of them can be passed over.
      const items = named(...Array.from({ length: limit }, (_, at) => `第${99_999 - start - at}份`));
      read.push(...items.map((one) => new WeakRef(one)));
      return { items, ...(start < 9_500 && { next: String(start + limit) }) };
    },
  };
  const page = await orderedPage(long, { index: "all", limit: 20 }, { orderBy: "name", keys: KEYS });
  expect(page.items[0]).toMatchObject({ name: "第90000份" });
  expect(servedBehind).toBe(true);
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThanOrEqual(2 * 21 + 500);
});

test("what is at hand is sorted likewise", () => {
  const order = { orderBy: "-name", keys: KEYS, idOf: ({ _id }: Named) => _id };
  const page = orderedAmong(named("a", "b", "c"), { limit: 2, after: "" }, order, () => ({ items: [] }));
  expect(page.items.map(({ name }) => name)).toEqual(["c", "b"]);
  expect(page.next).toBeDefined();
});
