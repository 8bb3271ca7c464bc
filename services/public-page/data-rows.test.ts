import { expect, test } from "vitest";
import { dataRows, titlesOf } from "./data-rows.ts";

const SCHEMA = JSON.stringify({ properties: { name: { title: "名称" }, on: { title: "成立日期" }, copy: {} } });

test("data items stand in the order of their standard, by its titles; what it does not know comes last", () => {
  expect(dataRows({ later: "x", on: "2026-01-02", name: "岭海云帆" }, SCHEMA)).toEqual([
    { name: "name", title: "名称", value: "岭海云帆" },
    { name: "on", title: "成立日期", value: "2026-01-02" },
    { name: "later", title: "later", value: "x" },
  ]);
});

test("lists, groups, numbers and absent values are told as texts", () => {
  const data = { a: [{ name: "甲", share: 3 }, "乙"], b: true, c: null };
  expect(dataRows(data, SCHEMA).map(({ value }) => value)).toEqual(["甲，3；乙", "是", ""]);
});

test("what is no standard names nothing", () => {
  expect(titlesOf("")).toEqual(new Map());
  expect(dataRows({ name: "甲" }, "no JSON")).toEqual([{ name: "name", title: "name", value: "甲" }]);
});
