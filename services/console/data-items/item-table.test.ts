import fc from "fast-check";
import { expect, test } from "vitest";
import { readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import type { Json, JsonObject } from "../../domain/canonical.ts";
import { differencesOf, isSameJson } from "../../domain/json-difference.ts";
import { furtherOf, furtherOfTable, sayingFurther, tableSayingFurther } from "./further.ts";
import { ITEM_KINDS, kindOf, ofKind, saying } from "./item-kind.ts";
import { type ItemRow, sameNames, schemaOf, tableOf } from "./item-table.ts";

const names = fc.constantFrom("name", "地址", "a/b", "__proto__", "constructor", "type", "7", "");
const anything = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const required = fc.oneof(fc.array(names, { maxLength: 4 }), anything);

/** Schemas as they should be, as they could be, and as they cannot be. */
const { schema } = fc.letrec<{ schema: JsonObject; part: Json }>((tie) => ({
  schema: fc
    .array(
      fc.oneof(
        fc.tuple(fc.constant("type"), fc.constantFrom("object", "array", "string", "integer", "boolean")),
        fc.tuple(fc.constant("properties"), fc.oneof(membersOf(tie("part")), anything)),
        fc.tuple(fc.constant("items"), tie("part")),
        fc.tuple(fc.constant("required"), required),
        fc.tuple(fc.constant("enum"), fc.oneof(fc.array(fc.string(), { maxLength: 3 }), anything)),
        fc.tuple(fc.constantFrom("title", "format", "maxLength", "minItems", "$ref", "oneOf", "__proto__"), anything),
      ),
      { maxLength: 7 },
    )
    .map((members) => Object.fromEntries(members) as JsonObject),
  part: fc.oneof({ weight: 4, arbitrary: tie("schema") }, { weight: 1, arbitrary: anything }),
}));

function membersOf(part: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> {
  return fc.array(fc.tuple(names, part), { maxLength: 4 }).map((members) => Object.fromEntries(members) as JsonObject);
}

test("4.3.3: a data item standard as rows is the same standard again, member for member and in the same order, whatever it says", () => {
  const untouched = (value: JsonObject) => {
    expect(JSON.stringify(schemaOf(tableOf(value)))).toBe(JSON.stringify(value));
  };
  for (const { content } of readCatalogFiles()) untouched(JSON.parse(content.dataSchemaJson));
  fc.assert(fc.property(schema, untouched), { numRuns: 2_000 });
});

test("what no column shows is text to edit: given back as it was it changes nothing, and it never touches what columns show", () => {
  const property = fc.property(schema, anything, (value, other) => {
    const table = tableOf(value);
    expect(isSameJson(schemaOf(tableSayingFurther(table, furtherOfTable(table))), value)).toBe(true);
    const again = (row: ItemRow): ItemRow => sayingFurther({ ...row, members: row.members.map(again) }, furtherOf(row));
    expect(isSameJson(schemaOf({ ...table, rows: table.rows.map(again) }), value)).toBe(true);
    for (const row of table.rows) {
      if (kindOf(row) === "other" || typeof other !== "object" || other === null || Array.isArray(other)) continue;
      const { title, type } = sayingFurther(row, other).standard as JsonObject;
      expect({ title, type }).toEqual({
        title: (row.standard as JsonObject).title,
        type: (row.standard as JsonObject).type,
      });
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("a changed title is one difference; a row that is taken out, or has another name, is required by nobody any more", () => {
  const before = JSON.parse(readCatalogFiles()[0]?.content.dataSchemaJson ?? "") as JsonObject;
  const table = tableOf(before);
  const [first, ...rest] = table.rows as [ItemRow, ...ItemRow[]];
  const titled = schemaOf({ ...table, rows: [saying(first, "title", "字号"), ...rest] });
  expect(differencesOf(before, titled, 10).differences.map(({ pointer }) => pointer)).toEqual([
    `/properties/${first.name}/title`,
  ]);
  expect(first.required).toBe(true);
  expect(schemaOf({ ...table, rows: rest }).required).not.toContain(first.name);
  const renamed = schemaOf({ ...table, rows: [{ ...first, name: "tradeName" }, ...rest] }).required;
  expect(renamed).not.toContain(first.name);
  expect(renamed).toContain("tradeName");
});

test("a row of every kind is told as that kind again, and keeps its members between group and table", () => {
  const [row] = tableOf({ properties: { a: { title: "甲", type: "string", pattern: "x" } } }).rows as [ItemRow];
  for (const kind of ITEM_KINDS) expect(kindOf(ofKind(row, kind))).toBe(kind);
  const group = { ...ofKind(row, "group"), members: [row] };
  expect(ofKind(group, "table").members).toEqual([row]);
  expect(ofKind(group, "text")).toMatchObject({ members: [], standard: { title: "甲", type: "string" } });
});

test("two rows of one name are told, at whatever level", () => {
  const one = (name: string, members: ItemRow[] = []) => ({
    ...{ name, required: false, standard: {}, members, undefinedNames: [] },
  });
  expect(sameNames([one("a"), one("b", [one("c"), one("c")])])).toEqual(["c"]);
  expect(sameNames([one("a", [one("a")])])).toEqual([]);
});
