import { expect, test } from "vitest";
import { type Choice, openChoices } from "./choices.ts";

const rowsOf = (...names: string[]): Choice[] => names.map((name) => ({ href: `#/${name}`, name, more: "" }));

/** A list of these pages, by tokens that are their numbers. */
function listOf(...pages: Choice[][]) {
  const asked: string[] = [];
  return {
    asked,
    ask: async (pageToken: string) => {
      asked.push(pageToken);
      const at = Number(pageToken);
      return [pages[at] ?? [], at + 1 < pages.length ? String(at + 1) : ""] as const;
    },
  };
}

test("short and empty pages are read over until there are rows enough, and nothing is read twice", async () => {
  const { ask, asked } = listOf(rowsOf("a"), [], rowsOf("b", "c"), rowsOf("d"));
  const choices = await openChoices(ask, { rows: 2, pages: 5 });
  expect(choices.rows.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  expect(choices.isWhole).toBe(false);
  await Promise.all([choices.readOn(), choices.readOn()]);
  expect(choices.rows.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
  expect(choices.isWhole).toBe(true);
  await choices.readOn();
  expect(asked).toEqual(["", "1", "2", "3"]);
});

test("of many empty pages so many are read at once; the list says that it is not whole, and a reading that failed is asked again", async () => {
  const { ask, asked } = listOf([], [], [], rowsOf("a"));
  let isAway = false;
  const choices = await openChoices(async (token) => (isAway ? Promise.reject(new Error("away")) : ask(token)), {
    rows: 1,
    pages: 2,
  });
  expect([choices.rows, choices.isWhole]).toEqual([[], false]);
  isAway = true;
  await expect(choices.readOn()).rejects.toThrow("away");
  isAway = false;
  await choices.readOn();
  expect(choices.rows.map(({ name }) => name)).toEqual(["a"]);
  expect(asked).toEqual(["", "1", "2", "3"]);
});
