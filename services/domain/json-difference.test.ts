import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "./canonical.ts";
import { differencesOf, isSameJson, SHOWN_CHARACTERS } from "./json-difference.ts";

const told = (before: Json, after: Json) =>
  differencesOf(before, after, 10).differences.map(({ pointer, kind }) => `${kind} ${pointer}`);

test("4.3.4 each member that was added, removed or changed is told with its place and both values", () => {
  const before = { name: "营业执照", "a/b": 1, data: { title: "住所", old: true } };
  const after = { name: "营业执照（新）", data: { title: "住所", maxLength: 100 } };
  expect(differencesOf(before, after, 10)).toEqual({
    differences: [
      { pointer: "/name", kind: "changed", before: '"营业执照"', after: '"营业执照（新）"' },
      { pointer: "/a~1b", kind: "removed", before: "1", after: "" },
      { pointer: "/data/old", kind: "removed", before: "true", after: "" },
      { pointer: "/data/maxLength", kind: "added", before: "", after: "100" },
    ],
    more: 0,
  });
});

test("4.3.4 an element that is put into a list, or taken out of it, is one place", () => {
  expect(told([1, 2, 3], [1, 9, 2, 3])).toEqual(["added /1"]);
  expect(told([1, 2, 3], [1, 3])).toEqual(["removed /1"]);
  expect(told([1, { a: 1 }, 3], [1, { a: 2 }, 3])).toEqual(["changed /1/a"]);
  expect(told([], [1, 2])).toEqual(["added /0", "added /1"]);
  expect(told([1], { 0: 1 })).toEqual(["changed "]);
});

test("more places than are asked for are counted, and long values cut", () => {
  const compared = differencesOf(
    {},
    Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`m${i}`, "长".repeat(500)])),
    4,
  );
  expect([compared.differences.length, compared.more]).toEqual([4, 26]);
  expect(compared.differences[0]?.after).toHaveLength(SHOWN_CHARACTERS);
});

test("values have no difference exactly if they are the same, whatever they are", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const [before, after] = [one as Json, other as Json];
      expect(differencesOf(before, after, 5).differences.length === 0).toBe(isSameJson(before, after));
      expect(differencesOf(before, structuredClone(before), 5)).toEqual({ differences: [], more: 0 });
    }),
    { seed: 43, numRuns: 300 },
  );
});
