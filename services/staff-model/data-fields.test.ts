import { expect, test } from "vitest";
import { readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { dataFields, filledIn, placeOnScreen } from "./data-fields.ts";

const schema = (properties: object, required: string[] = []) =>
  JSON.stringify({ type: "object", properties, required });

test("5.3: each data item is asked for as its standard says", () => {
  const fields = dataFields(
    schema(
      {
        name: { type: "string", title: "名称", maxLength: 60 },
        scope: { type: "string", title: "经营范围", maxLength: 950 },
        since: { type: "string", title: "成立日期", format: "date" },
        copy: { title: "正本或副本", enum: ["正本", "副本"] },
        number: { type: "integer", title: "副本号", minimum: 1, maximum: 99 },
        photo: { type: "string", title: "照片", description: "data:image/jpeg" },
        items: { type: "array", title: "项目", maxItems: 10, items: { type: "string", maxLength: 18 } },
        owners: { type: "array", title: "所有人", items: { type: "object", properties: { name: { type: "string" } } } },
        party: { type: "object", title: "一方", required: ["gender"], properties: { gender: { enum: ["男", "女"] } } },
      },
      ["name"],
    ),
  );
  expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
    ["name", "text", true],
    ["scope", "area", false],
    ["since", "date", false],
    ["copy", "choice", false],
    ["number", "integer", false],
    ["photo", "picture", false],
    ["items", "list", false],
    ["owners", "table", false],
    ["party", "group", false],
  ]);
  expect(fields.at(-1)?.members).toMatchObject([{ name: "gender", required: true, choices: ["男", "女"] }]);
  expect(fields.at(-3)).toMatchObject({ maxItems: 10, members: [{ title: "项目", maxLength: 18 }] });
});

test("every item of the seed has a title for each of its data items", () => {
  for (const { content } of readCatalogFiles())
    for (const { title } of dataFields(content.dataSchemaJson)) expect(title).toMatch(/\p{Script=Han}/u);
});

test("what was left empty is absent, not an empty text", () => {
  const values = { name: " 甲 ", note: "", list: ["a", "", undefined], party: { gender: "" }, number: 0, yes: false };
  expect(filledIn(values)).toEqual({ name: "甲", list: ["a"], number: 0, yes: false });
});

test("what is said of a row that was handed in is led to the row that people see, past those that they left empty", () => {
  const values = { rows: [{ name: "甲" }, undefined, { name: " " }, { name: "乙", list: ["", "a"] }] };
  expect(filledIn(values)).toEqual({ rows: [{ name: "甲" }, { name: "乙", list: ["a"] }] });
  expect(placeOnScreen(values, ["rows", 0, "name"])).toEqual(["rows", 0, "name"]);
  expect(placeOnScreen(values, ["rows", 1, "name"])).toEqual(["rows", 3, "name"]);
  expect(placeOnScreen(values, ["rows", 1, "list", 0])).toEqual(["rows", 3, "list", 1]);
  expect(placeOnScreen(values, ["rows"])).toEqual(["rows"]);
  expect(placeOnScreen(values, ["elsewhere", 2, "name"])).toEqual(["elsewhere", 2, "name"]);
});
