import { describe, expect, test } from "vitest";
import { exampleMessage, seedItems } from "../../../test/document/seed.ts";
import type { Json, JsonObject } from "../../domain/canonical.ts";
import { createFaceRenderer } from "../face.ts";
import { loadFonts } from "../font/library.ts";
import type { Schema } from "../schema-path.ts";
import type { FaceElement, FaceTemplate } from "../template.ts";
import { MAX_LAID_OUT, roomFaults } from "./face-room.ts";
import { longestIdentifier } from "./room-content.ts";

const ITEM = { name: "营业执照", typeCode: "11100000MB03271699001", holdersMax: 10 };
const page = { width: 297, height: 210 };

function faults(properties: Record<string, object>, ...elements: object[]) {
  const dataSchema = { type: "object", properties } as Schema;
  const template: FaceTemplate = { schema: "ecert.face.v1", page, elements: elements as FaceElement[] };
  return roomFaults(template, { ...ITEM, dataSchema }, loadFonts());
}

/** Ten full-width characters a line, two lines, less one a line for marks at its ends. */
const lines = { type: "field", source: "data.scope", box: [10, 10, 35.3, 9], size: 10, wrap: true, lineHeight: 1.4 };
/** Ten full-width characters. */
const line = { type: "field", source: "data.name", box: [10, 10, 35.3, 4], size: 10 };
const text = (maxLength: number, more: object = {}) => ({ type: "string", maxLength, ...more });

describe("what a data schema allows and its face has no room for is refused", () => {
  test("with the box, the property and the number of characters that fit, which then is accepted", () => {
    expect(faults({ scope: text(40) }, lines)).toEqual([
      {
        field: "elements[0].box",
        description: "the widest /data/scope that the data schema allows, 40 characters, does not fit: 18 do",
        remedy:
          "let /properties/scope have no more than 18 characters in all, enlarge the box, or allow a smaller minSize",
        localized: expect.stringMatching(/最长40个字符，版面只容纳18个，请缩短\/properties\/scope/),
      },
    ]);
    expect(faults({ scope: text(19) }, lines)).toHaveLength(1);
    expect(faults({ scope: text(18) }, lines)).toEqual([]);
    expect(faults({ scope: text(10) }, lines)).toEqual([]);
  });

  test("the label counted, and the smallest size taken", () => {
    const labelled = { ...line, prefix: "备注：" };
    expect(faults({ name: text(8) }, labelled)[0]?.description).toContain("8 characters, does not fit: 7 do");
    expect(faults({ name: text(7) }, labelled)).toEqual([]);
    expect(faults({ name: text(17) }, { ...labelled, minSize: 5 })).toEqual([]);
    const parts = { ...line, source: undefined, parts: [{ text: "（" }, { source: "data.name" }, { text: "）" }] };
    expect(faults({ name: text(9) }, parts)[0]?.description).toContain("does not fit: 8 do");
  });

  test("of enumerations the widest, as the face writes it", () => {
    const kind = (values: string[]) => ({ name: { type: "string", enum: values } });
    expect(faults(kind(["短", "十个字以内的名称"]), line)).toEqual([]);
    expect(faults(kind(["iiiiiiiiiiiiiiiiiiiiii", "国国国国国国国国国国国"]), line)).toHaveLength(1);
    expect(faults(kind(["01"]), { ...line, map: { "01": "国".repeat(11) } })).toHaveLength(1);
    expect(faults({ name: text(2) }, { ...line, map: { "01": "国".repeat(11) } })).toHaveLength(1);
  });

  test("absent as well as present", () => {
    expect(faults({ name: text(2) }, { ...line, absent: "国".repeat(11) })).toHaveLength(1);
    expect(faults({ name: text(2) }, { ...line, absent: "国".repeat(10) })).toEqual([]);
  });

  test("through references and branches: of what holds together the narrower, of what may be either the wider", () => {
    const dataSchema = {
      type: "object",
      properties: {
        name: { $ref: "#/$defs/name", maxLength: 10 },
        scope: { anyOf: [text(18), text(19)] },
      },
      $defs: { name: text(100) },
    };
    const template = { schema: "ecert.face.v1" as const, page, elements: [line, lines] as FaceElement[] };
    const found = roomFaults(template, { ...ITEM, dataSchema }, loadFonts());
    expect(found.map(({ description }) => description)).toEqual([expect.stringContaining("/data/scope")]);
  });

  test.each([
    ["digits by pattern", text(16, { pattern: "^[0-9]{16}$" }), 0],
    ["a day", { type: "string", format: "date" }, 0],
    ["a social credit code", { type: "string", format: "social-credit-code" }, 1],
    ["a text of any kind, by a pattern that shuts out digits alone", text(20, { pattern: "^[^0-9]*$" }), 1],
    ["a whole number with an end", { type: "integer", minimum: -9, maximum: 99 }, 0],
    ["a whole number without", { type: "integer" }, 0],
    ["a number without", { type: "number", minimum: 0 }, 1],
    ["a yes or no", { type: "boolean" }, 0],
  ])("%s as wide as it may be", (_, schema, count) => {
    expect(faults({ name: schema }, line)).toHaveLength(count);
  });

  test("lists as long as they may be, with what stands between", () => {
    const list = (maxItems: number) => ({ name: { type: "array", maxItems, items: text(2) } });
    expect(faults(list(3), line)).toEqual([]);
    expect(faults(list(4), line)[0]?.description).toContain("11 characters, does not fit: 10 do");
    const owners = (maxItems: number) => ({
      owners: { type: "array", maxItems, items: { type: "object", properties: { name: text(2) } } },
    });
    expect(faults(owners(3), { ...line, source: "data.owners[*].name" })).toEqual([]);
    expect(faults(owners(4), { ...line, source: "data.owners[*].name" })[0]?.remedy).toContain(
      "/properties/owners/items/properties/name",
    );
  });

  test("tables with every row, as low as rows get then", () => {
    const columns = [{ width: 37.3, source: "name", size: 10 }];
    const table = {
      type: "table",
      source: "data.owners",
      box: [10, 10, 37.3, 40],
      rowHeight: 10,
      minRowHeight: 4,
      columns,
    };
    const owners = (maxItems: number, length: number) => ({
      owners: { type: "array", maxItems, items: { type: "object", properties: { name: text(length) } } },
    });
    expect(faults(owners(9, 10), table)).toEqual([]);
    expect(faults(owners(11, 10), table)[0]).toMatchObject({
      field: "elements[0].box",
      description: "/data/owners may have 11 rows by the data schema, but the face shows at most 10",
      remedy: expect.stringContaining('let /properties/owners have "maxItems": 10'),
    });
    expect(faults(owners(4, 11), table)).toMatchObject([
      { field: "elements[0].columns[0].box", description: expect.stringContaining("does not fit: 10 do") },
    ]);
    // At 4 mm less 0.6 a row has no room for 10 points.
    expect(faults(owners(10, 1), table)).toMatchObject([{ field: "elements[0].columns[0].box" }]);
  });

  test("a QR code whose modules would be too small, with the size that it needs", () => {
    const qr = (side: number) => ({ type: "qr", source: "metadata.identifier", box: [10, 10, side, side] });
    const [fault] = faults({}, qr(26));
    expect(fault).toMatchObject({ field: "elements[0].box", localized: expect.stringContaining("毫米") });
    const [, needed] = /make the box ([\d.]+) mm/.exec(fault?.remedy ?? "") ?? [];
    expect(needed).toBe("35.1");
    expect(faults({}, qr(Number(needed)))).toEqual([]);
    const link = { type: "qr", source: "data.link", box: [10, 10, 15, 15] };
    expect(faults({ link: text(20, { pattern: "^[A-Z]*$" }) }, link)).toEqual([]);
    expect(faults({ link: text(1000) }, link)[0]?.description).toContain("no QR code holds the 3000 bytes");
  });

  test("the identifier, which the standard makes as long as it is; other metadata are for the order", () => {
    const identifier = (width: number) => ({ ...line, source: "metadata.identifier", box: [10, 10, width, 4] });
    expect(longestIdentifier({ ...ITEM, dataSchema: {} })).toHaveLength(94);
    expect(faults({}, identifier(180))).toHaveLength(1);
    expect(faults({}, identifier(250))).toEqual([]);
    expect(faults({}, { ...line, source: "metadata.number", box: [10, 10, 1, 4] })).toEqual([]);
  });
});

test("a hostile schema is refused after so many characters, and not laid out for ever", () => {
  const long = { type: "array", maxItems: 1000, items: text(10_000) };
  const elements = Array.from({ length: 500 }, () => ({ ...lines, box: [0, 0, 297, 210], size: 3 }));
  const found = faults({ scope: long }, ...elements);
  expect(found.at(-1)).toMatchObject({ description: expect.stringContaining(`more than ${MAX_LAID_OUT} characters`) });
  expect(found.length).toBeLessThan(20);
});

describe.each([...seedItems()])("the seed's %s", (_, item) => {
  const { dataSchema, name, typeCode, content } = item;

  test("has room for all that its schema allows", () => {
    const { holdersMax } = content;
    const template = item.template as unknown as FaceTemplate;
    expect(roomFaults(template, { dataSchema, name, typeCode, holdersMax }, loadFonts())).toEqual([]);
  });

  test("draws every text at its longest, with marks that may not begin a line in any place", () => {
    const face = createFaceRenderer().compile(JSON.stringify(item.template), item.sealPicture);
    for (const filler of ["国", "国，", "一二三四五六七八九；", "（附）ABC 123 "]) {
      const data = longest(dataSchema, filler) as JsonObject;
      expect(() => face.preparePdf({ ...exampleMessage(item), data }), filler).not.toThrow();
    }
  });
});

/** Data of a plain schema with each text at its longest. */
function longest(schema: Schema, filler: string): Json {
  const { properties = {}, items, maxItems, maxLength, enum: values, pattern, format, maximum } = schema;
  if (schema.type === "object") {
    const entries = Object.entries(properties as Record<string, Schema>);
    return Object.fromEntries(entries.flatMap(([key, one]) => (key === "photo" ? [] : [[key, longest(one, filler)]])));
  }
  if (schema.type === "array")
    return Array.from({ length: maxItems as number }, () => longest(items as Schema, filler));
  if (values !== undefined) return (values as string[]).toSorted((a, b) => b.length - a.length)[0] as string;
  if (maximum !== undefined) return maximum as number;
  if (format !== undefined) return format === "date" ? "2026-12-28" : "91440106MA9DEM2A6K";
  return (pattern === undefined ? filler : "8")
    .repeat(maxLength as number)
    .slice(0, maxLength as number)
    .trim();
}
