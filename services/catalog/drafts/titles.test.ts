import { expect, test } from "vitest";
import { untitledItems } from "./titles.ts";

test("4.3.3 each data item without a title in Chinese is told, in lists, in parts and where it refers to one", () => {
  const schema = {
    properties: {
      name: { type: "string", title: "名称" },
      code: { type: "string", title: "code" },
      level: { $ref: "#/$defs/level" },
      place: { $ref: "#/$defs/place" },
      "a/b": { type: "string" },
      owners: { type: "array", title: "经营者", items: { properties: { name: { type: "string" } } } },
    },
    $defs: {
      level: { enum: ["甲", "乙"], title: "等级" },
      place: { properties: { street: { title: "街道" }, no: true } },
    },
  };
  expect(untitledItems(JSON.stringify(schema))).toEqual([
    "/properties/code",
    "/properties/place",
    "/properties/a~1b",
    "/properties/owners/items/properties/name",
    "/$defs/place/properties/no",
  ]);
  expect(untitledItems('{"type":"object"}')).toEqual([]);
});
