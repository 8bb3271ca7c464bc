import { describe, expect, test } from "vitest";
import { Refusal } from "../domain/refusal.ts";
import { parseSealPicture, parseTemplate } from "./parse-template.ts";

const seal = { type: "seal", box: [200, 130, 44, 44] };
const template = (...elements: object[]): string =>
  JSON.stringify({ schema: "ecert.face.v1", page: { width: 297, height: 210 }, elements });

test("reads a template as it stands", () => {
  const text = { type: "text", text: "居住证", box: [10, 10, 100, 20], size: 30, align: "center" };
  expect(parseTemplate(template(text, seal)).elements).toEqual([text, seal]);
});

describe("faults of a template carry their path", () => {
  const field = { type: "field", source: "data.name", box: [10, 10, 50, 8], size: 12 };
  test.each<[string, object[], string]>([
    ["an unknown kind", [{ type: "chart" }], "elements[0].type"],
    ["an unknown member", [{ ...field, colour: "#000000" }], "elements[0].colour"],
    ["a missing member", [{ type: "field", source: "data.name", size: 12 }], "elements[0].box"],
    ["a box of three numbers", [{ ...field, box: [1, 2, 3] }], "elements[0].box"],
    ["a box outside the page", [{ ...field, box: [280, 10, 50, 8] }], "elements[0].box"],
    ["a size out of range", [{ ...field, size: 500 }], "elements[0].size"],
    ["a smallest size above the size", [{ ...field, minSize: 20 }], "elements[0].minSize"],
    ["a bad colour", [{ ...field, color: "red" }], "elements[0].color"],
    ["a source outside the message", [{ ...field, source: "process.env" }], "elements[0].source"],
    ["neither source nor parts", [{ type: "field", box: [10, 10, 50, 8], size: 12 }], "elements[0].source"],
    [
      "a part with text and source",
      [{ ...field, source: undefined, parts: [{ text: "a", source: "data.b" }] }],
      "elements[0].parts[0]",
    ],
    ["a bad path", [{ type: "path", d: "M 0" }], "elements[0].d"],
  ])("%s", (_, elements, path) => {
    const error = refusalOf(() => parseTemplate(template(...elements, seal)));
    expect(error.reason).toBe("INVALID_FIELD");
    expect(error.fields.map((fault) => fault.field)).toContain(path);
  });

  test("all at once", () => {
    const error = refusalOf(() => parseTemplate(template({ ...field, size: 0 }, { ...field, color: "red" }, seal)));
    expect(error.fields.map((fault) => fault.field)).toEqual(["elements[0].size", "elements[1].color"]);
  });

  test("one seal is wanted, neither none nor two", () => {
    expect(refusalOf(() => parseTemplate(template(field))).fields[0]?.description).toContain("0 seals");
    expect(refusalOf(() => parseTemplate(template(seal, seal))).fields[0]?.description).toContain("2 seals");
  });

  test("twelve pictures are taken, thirteen are not", () => {
    const pictures = (count: number) => new Array(count).fill({ type: "image", box: [1, 1, 9, 9], attachment: "照片" });
    expect(parseTemplate(template(...pictures(12), seal)).elements.length).toBe(13);
    const [fault] = refusalOf(() => parseTemplate(template(...pictures(13), seal))).fields;
    expect(fault).toMatchObject({ field: "elements", description: "has 13 pictures; 12 are allowed" });
  });

  test("text that is not JSON", () => {
    expect(refusalOf(() => parseTemplate("{")).message).toContain("not JSON");
  });
});

describe("a seal picture", () => {
  test("is read if it is round or made of paths", () => {
    expect(parseSealPicture('{"kind":"round","name":"示例局","diameter":42}')).toMatchObject({ name: "示例局" });
    const vector = { kind: "vector", width: 40, height: 40, viewBox: [100, 100], paths: [{ d: "M 0 0 L 9 9 Z" }] };
    expect(parseSealPicture(JSON.stringify(vector))).toEqual(vector);
  });

  test.each([
    ["kind", { kind: "square" }],
    ["diameter", { kind: "round", name: "示例局", diameter: 400 }],
    ["paths[0].d", { kind: "vector", width: 40, height: 40, viewBox: [100, 100], paths: [{ d: "X" }] }],
  ])("is refused by the path %s", (path, value) => {
    expect(refusalOf(() => parseSealPicture(JSON.stringify(value))).fields.map(({ field }) => field)).toContain(path);
  });
});

function refusalOf(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
