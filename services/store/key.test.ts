import { describe, expect, test } from "vitest";
import { compareKeys, compareTuples, keysOf } from "./key.ts";

describe("the keys of a document", () => {
  test.each([
    [{ a: "x" }, ["a"], [["x"]]],
    [{ a: { b: 0 } }, ["a.b"], [[0]]],
    [
      { a: "x", b: ["y", "z", "y"] },
      ["a", "b"],
      [
        ["x", "y"],
        ["x", "z"],
      ],
    ],
    [{ a: [{ b: 1 }, { b: 2 }, { c: 3 }] }, ["a.b"], [[1], [2]]],
    [{ a: "x" }, ["a", "b"], []],
    [{ a: null, b: 1 }, ["a", "b"], []],
    [{ a: true }, ["a"], []],
    [{ a: [] }, ["a"], []],
    [{ a: [[1]] }, ["a"], []],
    [{ a: ["x", "y"], b: 1 }, ["a", "b"], []],
    [{}, ["constructor"], []],
  ])("%j under %j are %j", (document, fields, keys) => {
    expect(keysOf(document, fields)).toEqual(keys);
  });
});

test("numbers come by size before text by its UTF-8 bytes", () => {
  const ordered = [-1, 0.5, 9, 10, "", "10", "9", "a", "\uff5e", "𠮷"];
  expect(ordered.toReversed().toSorted(compareKeys)).toEqual(ordered);
});

test("tuples compare field by field, and a prefix comes first", () => {
  expect(compareTuples(["a", 1], ["a", 2])).toBeLessThan(0);
  expect(compareTuples(["a"], ["a", 2])).toBeLessThan(0);
  expect(compareTuples(["b"], ["a", 2])).toBeGreaterThan(0);
  expect(compareTuples(["a", 2], ["a", 2])).toBe(0);
});
