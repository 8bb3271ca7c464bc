import { expect, test } from "vitest";
import type { JsonObject } from "../../domain/canonical.ts";
import { contentDifferences } from "./content-difference.ts";

const schema = (maxLength: number, more: object = {}) =>
  JSON.stringify({ properties: { address: { title: "住所", maxLength }, ...more } });
const labels = (before: JsonObject, after: JsonObject) =>
  contentDifferences(before, after, 20).differences.map(({ pointer, label, kind }) => `${kind} ${label} ${pointer}`);

test("4.3.4 each place is told in words: the member, and the title of the data item, also of one that is gone", () => {
  const before = {
    dataSchemaJson: schema(100, { old: { title: "旧项" } }),
    exampleJson: '{"address":"甲"}',
    holdersMax: 1,
  };
  const after = { dataSchemaJson: schema(200), exampleJson: '{"address":"乙"}', holdersMax: 2 };
  expect(labels(before, after)).toEqual([
    "changed 数据项标准·住所 /dataSchemaJson/properties/address/maxLength",
    "removed 数据项标准·旧项 /dataSchemaJson/properties/old",
    "changed 证照样例·住所 /exampleJson/address",
    "changed 最多持证主体数 /holdersMax",
  ]);
});

test("texts that hold JSON differ only where what they hold does; what is no JSON yet is compared as text", () => {
  expect(labels({ exampleJson: '{"a":1,"b":2}' }, { exampleJson: '{ "b": 2, "a": 1 }' })).toEqual([]);
  expect(labels({ exampleJson: "{" }, { exampleJson: "{}" })).toEqual(["changed 证照样例 /exampleJson"]);
});

test("a place that is named too long to be told is counted", () => {
  const { differences, more } = contentDifferences(
    {},
    { exampleJson: JSON.stringify({ ["长".repeat(500)]: 1, a: 1 }) },
    20,
  );
  expect([differences.length, more]).toEqual([1, 0]);
  const key = "长".repeat(500);
  const within = contentDifferences({ exampleJson: "{}" }, { exampleJson: JSON.stringify({ [key]: 1, a: 1 }) }, 20);
  expect(within.differences.map(({ pointer }) => pointer)).toEqual(["/exampleJson/a"]);
  expect(within.more).toBe(1);
});
