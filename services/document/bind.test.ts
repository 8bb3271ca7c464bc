import { describe, expect, test } from "vitest";
import { Refusal } from "../domain/refusal.ts";
import { bindField, fieldName } from "./bind.ts";
import type { FaceSource } from "./face-source.ts";
import type { FieldElement } from "./template.ts";

const message = {
  metadata: {
    number: "001",
    validFrom: "2026-11-24",
    holders: [{ name: "甲" }, { name: "乙" }],
  },
  data: { name: "名", items: ["一", "二"], empty: "", count: 3, sex: "1", owner: { name: "丙" }, on: "24/11/2026" },
} as unknown as FaceSource;
const text = (field: Partial<FieldElement>): string =>
  bindField({ type: "field", box: [0, 0, 1, 1], size: 10, ...field }, message).text;

describe("a field shows", () => {
  test.each<[string, Partial<FieldElement>, string]>([
    ["business data", { source: "data.name" }, "名"],
    ["metadata", { source: "metadata.number" }, "001"],
    ["a holder", { source: "holders[1].name" }, "乙"],
    ["all holders", { source: "holders[*].name", join: "，" }, "甲，乙"],
    ["a list", { source: "data.items" }, "一、二"],
    ["a number", { source: "data.count", suffix: "份" }, "3份"],
    ["a date in Chinese form", { source: "metadata.validFrom", format: "date" }, "2026年11月24日"],
    ["a code by its meaning", { source: "data.sex", map: { "1": "男" } }, "男"],
    ["nothing for what is absent", { source: "data.none", prefix: "（", suffix: "）" }, ""],
    ["a stand-in for what is empty", { source: "data.empty", absent: "——" }, "——"],
  ])("%s", (_, field, shown) => {
    expect(text(field)).toBe(shown);
  });

  test("several parts, put together", () => {
    const parts = [
      { source: "metadata.validFrom", format: "date" as const, suffix: " 至 " },
      { source: "metadata.validTo", format: "date" as const, absent: "长期" },
      { text: "止" },
    ];
    expect(text({ parts })).toBe("2026年11月24日 至 长期止");
  });
});

test.each([
  ["data.owner", "/data/owner", "object"],
  ["data.on", "/data/on", "not a date"],
])("a value that cannot be written is refused: %s", (source, field, why) => {
  try {
    text({ source, format: "date" });
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({
      reason: "DATA_INVALID",
      fields: [{ field, description: expect.stringContaining(why) }],
    });
    return;
  }
  throw new Error("nothing was refused");
});

test("members of an object's prototype are no data", () => {
  expect(text({ source: "data.constructor" })).toBe("");
});

test("fields are named as callers know them", () => {
  expect(fieldName("data.items[0].name")).toBe("/data/items/0/name");
  expect(fieldName("holders[0].name")).toBe("holders[0].name");
});
