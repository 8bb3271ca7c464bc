import { expect, test } from "vitest";
import { fieldPath } from "./field-path.ts";

test.each([
  ["holders[0].code", ["holders", 0, "code"]],
  ["order.holders[1].code_type", ["holders", 1, "codeType"]],
  ["order.issueDate", ["issueDate"]],
  ["/data/parties/0/name", ["data", "parties", 0, "name"]],
  ["/data/a~1b", ["data", "a/b"]],
  ["order.example_json/a.b/0", ["exampleJson"]],
])("%s is told at its field", (path, field) => {
  expect(fieldPath(path, "order")).toEqual(field);
});
