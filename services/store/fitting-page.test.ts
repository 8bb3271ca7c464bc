import { expect, test } from "vitest";
import { fittingPage, holdsPart } from "./fitting-page.ts";
import type { Query, Stored } from "./port.ts";

/** So many documents, by their numbers, and how often they were asked for. */
function numbers(count: number) {
  const asked: number[] = [];
  const all = Array.from({ length: count }, (_, at): Stored => ({ _id: String(at), revision: 1 }));
  const collection = {
    async query({ limit, after = "0" }: Query) {
      asked.push(limit);
      const end = Number(after) + limit;
      return { items: all.slice(Number(after), end), ...(end < count && { next: String(end) }) };
    },
  };
  return { asked, collection };
}

const idsOf = ({ items }: { items: readonly Stored[] }) => items.map(({ _id }) => _id);

test("what fits is found across pages of the store, each once and in its order, and the cursor leads on", async () => {
  const { collection } = numbers(100);
  const fits = ({ _id }: Stored) => Number(_id) % 10 === 0;
  const found: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await fittingPage(collection, { index: "all", limit: 4, ...(after !== undefined && { after }) }, fits);
    found.push(...idsOf(page));
    if (page.next === undefined) break;
    after = page.next;
  }
  expect(found).toEqual(["0", "10", "20", "30", "40", "50", "60", "70", "80", "90"]);
});

test("a page that everything fits is one question, and one that nothing fits looks through a thousand", async () => {
  const every = numbers(5_000);
  expect(await fittingPage(every.collection, { index: "all", limit: 20 }, () => true)).toMatchObject({ next: "20" });
  expect(every.asked).toEqual([20]);
  const none = numbers(5_000);
  const page = await fittingPage(none.collection, { index: "all", limit: 100 }, () => false);
  expect([page.items, page.next, none.asked.length]).toEqual([[], "1000", 10]);
});

test("a part is held in capitals or small; nothing is held by everything", () => {
  expect(holdsPart("SCJG", ["440100-scjg-1", "王"])).toBe(true);
  expect(holdsPart("王", ["440100-scjg-1", "王试验"])).toBe(true);
  expect(holdsPart("李", ["440100-scjg-1"])).toBe(false);
  expect(holdsPart("", [])).toBe(true);
});
