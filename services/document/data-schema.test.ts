import { describe, expect, test } from "vitest";
import { Refusal } from "../domain/refusal.ts";
import { compileDataSchema, requireData } from "./data-schema.ts";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["name", "code", "since"],
  properties: {
    name: { type: "string", title: "名称", minLength: 2, maxLength: 5 },
    code: { type: "string", title: "统一社会信用代码", format: "social-credit-code" },
    person: { type: "string", title: "公民身份号码", format: "citizen-id" },
    since: { type: "string", title: "成立日期", format: "date" },
    kind: { enum: ["正本", "副本"] },
    serial: { type: "string", pattern: "^[A-Z]{2}\\d{4}$", maxLength: 6 },
    shares: { type: "array", maxItems: 2, items: { type: "number", minimum: 0, maximum: 100 } },
    "a/b": { type: "object", additionalProperties: false, properties: { c: { type: "boolean" } } },
  },
};
const check = compileDataSchema(JSON.stringify(schema));
const good = { name: "海云", code: "91350100M000100Y43", since: "2024-02-29" };

describe("data of an item", () => {
  test("that keep its schema have no violations", () => {
    expect(check({ ...good, kind: "副本", shares: [1, 100], person: "11010519491231002X" })).toEqual([]);
  });

  test("that break it show every violation at once, with pointer, reason and remedy", () => {
    const violations = check({
      name: "一二三四五六",
      code: "91350100M000100Y44",
      person: "110105194912310021",
      since: "2026-02-29",
      kind: "抄本",
      serial: "ab12",
      shares: [1, -1, 101],
      "a/b": { c: 1, d: 2 },
      extra: true,
    });
    expect(Object.fromEntries(violations.map(({ field, reason }) => [field, reason]))).toEqual({
      "/data/extra": "UNKNOWN_FIELD",
      "/data/name": "DATA_INVALID",
      "/data/code": "CODE_INVALID",
      "/data/person": "CODE_INVALID",
      "/data/since": "DATA_INVALID",
      "/data/kind": "DATA_INVALID",
      "/data/serial": "DATA_INVALID",
      "/data/shares": "DATA_INVALID",
      "/data/shares/1": "DATA_INVALID",
      "/data/shares/2": "DATA_INVALID",
      "/data/a~1b/c": "DATA_INVALID",
      "/data/a~1b/d": "UNKNOWN_FIELD",
    });
    for (const { description, remedy } of violations) {
      expect(description.length).toBeGreaterThan(5);
      expect(remedy?.length).toBeGreaterThan(5);
    }
    expect(violations.find(({ field }) => field === "/data/kind")?.remedy).toContain("副本");
  });

  test("that lack members name each of them", () => {
    expect(check({}).map(({ field }) => field)).toEqual(["/data/name", "/data/code", "/data/since"]);
  });

  test("that are wrong through and through are reported up to a limit", () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`x${i}`, 1]));
    expect(check(many).length).toBe(100);
  });
});

test("wrong codes alone are refused as CODE_INVALID, unknown members alone as UNKNOWN_FIELD, a mixture as DATA_INVALID", () => {
  const reasonOf = (data: unknown): string => refusalOf(() => requireData(check, data)).reason;
  expect(reasonOf({ ...good, code: "91350100M000100Y44" })).toBe("CODE_INVALID");
  expect(reasonOf({ ...good, extra: 1 })).toBe("UNKNOWN_FIELD");
  expect(reasonOf({ ...good, extra: 1, name: 7 })).toBe("DATA_INVALID");
  expect(() => requireData(check, good)).not.toThrow();
});

describe("a schema is refused", () => {
  const object = (property: object, more: object = {}): object => ({
    type: "object",
    additionalProperties: false,
    properties: { p: property },
    ...more,
  });
  test.each<[string, object | string, string]>([
    ["that is not JSON", "{", "not JSON"],
    ["that is too long", `"${"a".repeat(200_001)}"`, "200000 characters"],
    ["that lets unknown members pass", { type: "object" }, "unknown members"],
    ["that describes no object", { type: "string", maxLength: 3 }, "describe an object"],
    ["that refers to another host", object({ $ref: "http://example.invalid/schema" }), "outside"],
    ["that refers to itself", object({ $ref: "#/$defs/a" }, { $defs: { a: { $ref: "#/$defs/a" } } }), "definition"],
    ["whose pattern explodes", object({ type: "string", pattern: "^(a+)+$", maxLength: 50 }), "itself varies"],
    ["whose pattern has no limit", object({ type: "string", pattern: "^a+$" }), "without a limit"],
    ["whose text has no limit", object({ type: "string" }), "limit the text"],
    ["whose list has no limit", object({ type: "array", items: { type: "number" } }), "limit the list"],
    ["with an unknown keyword", object({ type: "number", $comment: "x" }), "uses $comment"],
    ["with an unknown format", object({ type: "string", format: "uri" }), "unknown format"],
    ["with an unknown type", object({ type: "text" }), "allowed values"],
    ["that requires what it does not define", object({ type: "number" }, { required: ["q"] }), "requires q"],
  ])("%s", (_, value, why) => {
    const error = refusalOf(() => compileDataSchema(typeof value === "string" ? value : JSON.stringify(value)));
    expect(error.reason).toBe("INVALID_FIELD");
    expect(error.fields.map(({ description }) => description).join("\n") + error.message).toContain(why);
  });

  test("that is too deep", () => {
    let deep: object = { type: "boolean" };
    for (let i = 0; i < 20; i++) deep = { type: "array", maxItems: 1, items: deep };
    expect(refusalOf(() => compileDataSchema(JSON.stringify(object(deep)))).fields[0]?.description).toContain("deep");
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
