import { globSync } from "node:fs";
import { join } from "node:path";
import { create, type DescMessage, type DescService, fromJson, type JsonObject } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { RegisterCatalogItemRequestSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { PutSealRequestSchema } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { MakeCertificateRequestSchema } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { CallerKind } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { permissionOf } from "../chain/permission.ts";
import { checkTexts } from "./text-fields.ts";

const GENERATED = join(import.meta.dirname, "../../../proto/gen/ecert");
const modules = await Promise.all(
  globSync("**/*_pb.ts", { cwd: GENERATED }).map((path) => import(join(GENERATED, path))),
);
const OUTSIDE: CallerKind[] = [
  CallerKind.PUBLIC,
  CallerKind.APP,
  CallerKind.HOLDER,
  CallerKind.STAFF,
  CallerKind.OPERATOR,
];
/** Every method that somebody outside of the platform may call. */
const methods = modules
  .flatMap((module) => Object.values(module) as { kind?: string }[])
  .filter((one): one is DescService => one?.kind === "service")
  .flatMap((service) => service.methods)
  .filter((method) => permissionOf(method)?.callers.some((caller) => OUTSIDE.includes(caller)));

/** The JSON form of a message with `text` in every text, and the paths of those that people write. */
function filled(schema: DescMessage, text: string, path = "", depth = 0): { json: JsonObject; paths: string[] } {
  const json: JsonObject = {};
  const paths: string[] = [];
  for (const field of schema.fields) {
    // Of members of which one is there at most, the first.
    if (field.oneof && field.oneof.fields[0] !== field) continue;
    const list = field.fieldKind === "list";
    const at = `${path}${field.name}${list ? "[0]" : ""}`;
    if (field.message && !field.message.typeName.startsWith("google.") && depth < 4) {
      const inner = filled(field.message, text, `${at}.`, depth + 1);
      json[field.jsonName] = list ? [inner.json] : inner.json;
      paths.push(...inner.paths);
    } else if (field.scalar === 9) {
      json[field.jsonName] = list ? [text] : text;
      if (!/^id$|^page_token$/.test(field.name)) paths.push(at);
    }
  }
  return { json, paths };
}

function refused(
  schema: DescMessage,
  json: JsonObject,
  caller: "app" | "operator" | "node" = "app",
): Refusal | undefined {
  try {
    checkTexts(schema, fromJson(schema, json), caller);
    return undefined;
  } catch (error) {
    return error as Refusal;
  }
}

describe("the one rule of texts", () => {
  test("holds for what callers outside of the platform send", () => {
    expect(methods.length).toBeGreaterThan(30);
  });

  test.each(methods.map((method) => [method.input.typeName, method.input] as const))(
    "%s is refused with every text that has a space at its end, or is neither JSON nor PEM where it should be",
    (_name, schema) => {
      const { json, paths } = filled(schema, "甲 ");
      expect((refused(schema, json)?.fields ?? []).map(({ field }) => field).sort()).toEqual(paths.sort());
    },
  );

  test.each(["\n甲", "甲\t", "   ", "\u2f34", "１２", "甲\u200b"])(
    "%j is refused with what to do, in both languages",
    (text) => {
      const [violation] = refused(MakeCertificateRequestSchema, { order: { holders: [{ name: text }] } })?.fields ?? [];
      expect(violation).toMatchObject({ field: "order.holders[0].name", remedy: expect.stringMatching(/./) });
      expect(violation?.localized).toMatch(/请/);
    },
  );

  test.each([
    ["{'name':'甲'}", "content.example_json", "is not JSON"],
    ['{"name":"⼴州"}', "content.example_json/name", "U+2F34"],
    ['{"list":[{"a/b":"甲\\u200b"}]}', "content.example_json/list/0/a~1b", "U+200B"],
    ['{"甲 ":1}', "content.example_json", "a name of a member"],
    [`${"[".repeat(101)}${"]".repeat(101)}`, `content.example_json${"/0".repeat(100)}`, "inside each other"],
  ])("%j is refused in a field of JSON under %s", (exampleJson, field, told) => {
    const [violation] =
      refused(RegisterCatalogItemRequestSchema, { content: { exampleJson } }, "operator")?.fields ?? [];
    expect(violation).toMatchObject({
      field,
      remedy: expect.stringMatching(/./),
      localized: expect.stringMatching(/请/),
    });
    expect(violation?.description).toContain(told);
  });

  test.each(["cert.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n", "-----BEGIN A-----\nMIIB\n-----END B-----\n"])(
    "%j is refused in a field of PEM",
    (signingCertificatePem) => {
      const fields = refused(PutSealRequestSchema, { seal: { signingCertificatePem } }, "operator")?.fields;
      expect(fields).toMatchObject([{ field: "seal.signing_certificate_pem", localized: expect.stringMatching(/请/) }]);
    },
  );

  test("lets labels with spaces and lines, patterns, paths and pictures in JSON pass, and chains in PEM", () => {
    const json = { text: "第 ", remark: "一\n二", pattern: "^\u2f00", d: "\u2028", data: "\u200b" };
    const block = "-----BEGIN CERTIFICATE-----\nMIIB\nAAA=\n-----END CERTIFICATE-----\n";
    const seal = { pictureJson: JSON.stringify(json), signingCertificatePem: block + block };
    expect(refused(PutSealRequestSchema, { seal }, "operator")).toBeUndefined();
  });

  test("lets good texts and business data pass, and what nodes hand on that was taken before", () => {
    expect(
      refused(MakeCertificateRequestSchema, { order: { holders: [{ name: "甲（乙）" }], data: { 备注: " " } } }),
    ).toBeUndefined();
    expect(refused(MakeCertificateRequestSchema, { order: { number: "1 " } }, "node")).toBeUndefined();
    expect(() => checkTexts(MakeCertificateRequestSchema, create(MakeCertificateRequestSchema), "app")).not.toThrow();
  });
});
