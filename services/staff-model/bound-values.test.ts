import { expect, test } from "vitest";
import { boundValues, isBound } from "./bound-values.ts";

const order = {
  issueDate: "2026-11-24",
  number: "",
  issuer: { name: "岭海市天湾区市场监督管理局" },
  holders: [
    { name: "甲", code: "1" },
    { name: "乙", code: "2" },
  ],
};

test("data items that are bound follow what the order says, each holder in its place", () => {
  const bindings = [
    { dataItem: "/name", metadata: "holders[0].name" },
    { dataItem: "/owners/*/name", metadata: "holders[*].name" },
    { dataItem: "/by", metadata: "issuer.name" },
    { dataItem: "/number", metadata: "number" },
  ];
  expect(boundValues(bindings, order)).toEqual([
    { path: ["name"], value: "甲" },
    { path: ["owners", 0, "name"], value: "甲" },
    { path: ["owners", 1, "name"], value: "乙" },
    { path: ["by"], value: "岭海市天湾区市场监督管理局" },
  ]);
  expect(isBound(bindings, ["owners", 7, "name"])).toBe(true);
  expect(isBound(bindings, ["owners", 7, "share"])).toBe(false);
});
