import { describe, expect, test } from "vitest";
import { bindingFaults } from "./bound-items.ts";
import type { FaceElement } from "./template.ts";

const text = { type: "string" };
const day = { type: "string", format: "date" };
const dataSchema = {
  type: "object",
  properties: {
    name: text,
    until: day,
    share: { type: "integer" },
    any: { type: ["string", "null"] },
    code: { $ref: "#/$defs/code" },
    owners: { type: "array", items: { type: "object", properties: { name: text, kind: text } } },
  },
  $defs: { code: { type: "string", pattern: "^[0-9]+$" } },
};
const field = (changes: object) => ({ type: "field", box: [0, 0, 1, 1], size: 10, ...changes });

function faults(bindings: [string, string][], ...elements: object[]) {
  return bindingFaults(
    bindings.map(([dataItem, metadata]) => ({ dataItem, metadata })),
    {
      dataSchema,
      holdersMax: 2,
      template: {
        schema: "ecert.face.v1",
        page: { width: 210, height: 297 },
        elements: elements as FaceElement[],
      },
    },
  );
}

test("4.3.3 items of the schema are bound to metadata of their form", () => {
  const bindings: [string, string][] = [
    ["/name", "holders[1].name"],
    ["/code", "holders[0].code"],
    ["/until", "validTo"],
    ["/owners/*/name", "holders[*].name"],
  ];
  expect(faults(bindings, field({ source: "data.name" }))).toEqual([]);
});

describe("4.3.3 is refused when it is registered:", () => {
  test.each<[string, string, string, string, string]>([
    ["an item that the schema does not define", "/nmae", "number", "data_item", "defines no /nmae"],
    ["a number", "/share", "number", "data_item", "not a text"],
    ["what may be null", "/any", "number", "data_item", "not a text"],
    ["a text for a day", "/name", "issueDate", "data_item", "/name is none"],
    ["a day for a name", "/until", "holders[0].name", "data_item", "is a day"],
    ["a holder that there never is", "/name", "holders[2].name", "metadata", "2 holders at most"],
    ["a list for one", "/owners/*/name", "holders[0].name", "metadata", "only one of the two is a list"],
    ["one for a list", "/name", "holders[*].name", "metadata", "only one of the two is a list"],
  ])("%s", (_, dataItem, metadata, member, description) => {
    expect(faults([[dataItem, metadata]])).toEqual([
      expect.objectContaining({
        field: `bindings[0].${member}`,
        description: expect.stringContaining(description),
        remedy: expect.any(String),
      }),
    ]);
  });

  test("an item that is bound twice", () => {
    expect(
      faults([
        ["/name", "holders[0].name"],
        ["/name", "number"],
      ]),
    ).toMatchObject([{ field: "bindings[1].data_item", description: "is bound twice" }]);
  });

  test.each<[string, object]>([
    ["a field", field({ source: "data.name", map: { 甲公司: "乙公司" } })],
    ["a part of a field", field({ parts: [{ text: "名称" }, { source: "data.name", map: { 甲公司: "乙公司" } }] })],
  ])("%s of the face that shows another text in its place", (_, element) => {
    expect(faults([["/name", "holders[0].name"]], field({ source: "data.code" }), element)).toMatchObject([
      { field: "bindings[0].data_item", description: expect.stringContaining("elements[1] of the face") },
    ]);
  });

  test("a column of a table that does so, but for the kinds of codes", () => {
    const map = { a: "b" };
    const table = {
      type: "table",
      box: [0, 0, 10, 10],
      rowHeight: 5,
      source: "data.owners",
      columns: [
        { width: 10, size: 8, source: "name", map },
        { width: 10, size: 8, source: "kind", map: { "001": "统一社会信用代码" } },
      ],
    };
    const bindings: [string, string][] = [
      ["/owners/*/kind", "holders[*].codeType"],
      ["/owners/*/name", "holders[*].name"],
    ];
    expect(faults(bindings, table).map((fault) => fault.field)).toEqual(["bindings[1].data_item"]);
  });
});
