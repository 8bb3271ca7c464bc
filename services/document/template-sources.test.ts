import { describe, expect, test } from "vitest";
import type { FaceElement } from "./template.ts";
import { sourceFaults } from "./template-sources.ts";

const SCHEMA = {
  type: "object",
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    owners: {
      type: "array",
      items: { type: "object", properties: { name: { type: "string" }, share: { type: "integer" } } },
    },
    pair: { type: "array", prefixItems: [{ type: "string" }, { type: "string" }] },
  },
  anyOf: [{ properties: { licence: { type: "string" } } }],
  $defs: { address: { type: "object", properties: { street: { type: "string" } } } },
};

const faults = (...elements: object[]) =>
  sourceFaults(
    { schema: "ecert.face.v1", page: { width: 210, height: 297 }, elements: elements as FaceElement[] },
    SCHEMA,
    2,
  );
const field = (source: string) => ({ type: "field", box: [0, 0, 1, 1], size: 10, source });

test.each([
  "data.name",
  "data.address.street",
  "data.owners[*].name",
  "data.owners[2].share",
  "data.pair[1]",
  "data.licence",
  "metadata.number",
  "metadata.issuer.name",
  "holders[0].name",
  "holders[1].name",
  "holders[*].code",
])("%s is there", (source) => {
  expect(faults(field(source))).toEqual([]);
});

describe("is refused, since it would stay blank:", () => {
  test.each([
    ["data.nmae", "defines no data.nmae"],
    ["data.address.city", "defines no data.address.city"],
    ["data.name.first", "defines no"],
    ["data.address", "is an object"],
    ["metadata.issuer", "have no issuer"],
    ["metadata.secret", "have no secret"],
    ["metadata.issueDate.year", "have no issueDate.year"],
    ["holders[2].name", "2 holders at most"],
    ["holders[0].age", "have no age"],
    ["holders[0]", "no text of their own"],
  ])("%s", (source, description) => {
    expect(faults(field("data.name"), field(source))).toEqual([
      expect.objectContaining({ field: "elements[1].source", description: expect.stringContaining(description) }),
    ]);
  });

  test("a source of a part, of a code, of a table and of its column", () => {
    const column = (source: string) => ({ width: 10, size: 8, source });
    const found = faults(
      { type: "field", box: [0, 0, 1, 1], size: 10, parts: [{ text: "x" }, { source: "data.none" }] },
      { type: "qr", box: [0, 0, 1, 1], source: "data.none" },
      { type: "table", box: [0, 0, 10, 10], rowHeight: 5, source: "data.name", columns: [column("#")] },
      {
        type: "table",
        box: [0, 0, 10, 10],
        rowHeight: 5,
        source: "data.owners",
        columns: [column("name"), column("age")],
      },
    );
    expect(found.map((fault) => fault.field)).toEqual([
      "elements[0].parts[1].source",
      "elements[1].source",
      "elements[2].source",
      "elements[3].columns[1].source",
    ]);
  });
});
