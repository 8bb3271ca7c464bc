import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RegisterCatalogItemRequestSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { PutSealRequestSchema } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { checkFieldRules } from "./field-rules.ts";
import { parseJsonRequest } from "./parse-request.ts";

const SEED = join(import.meta.dirname, "../../../ops/seed/catalog");
const bytesOf = (json: unknown) => Buffer.from(JSON.stringify(json));

test("a field of JSON takes the JSON itself and the text that holds it alike", () => {
  const picture = { kind: "round", name: "岭海市市场监督管理局", diameter: 42 };
  const itself = parseJsonRequest(PutSealRequestSchema, bytesOf({ seal: { pictureJson: picture } }));
  const text = parseJsonRequest(PutSealRequestSchema, bytesOf({ seal: { picture_json: JSON.stringify(picture) } }));
  expect(itself).toEqual(text);
  expect(itself).toMatchObject({ seal: { pictureJson: JSON.stringify(picture) } });
});

test("no other text takes an object, and a member that the contract does not have stays unknown", () => {
  expect(() => parseJsonRequest(PutSealRequestSchema, bytesOf({ seal: { name: { a: 1 } } }))).toThrow(
    expect.objectContaining({ reason: "INVALID_FIELD", fields: [expect.objectContaining({ field: "seal.name" })] }),
  );
  expect(() => parseJsonRequest(PutSealRequestSchema, bytesOf({ seal: { picture: { a: 1 } } }))).toThrow(
    expect.objectContaining({ reason: "UNKNOWN_FIELD", fields: [expect.objectContaining({ field: "seal.picture" })] }),
  );
});

test.each(readdirSync(SEED))("4.3.3: the seed file %s is a RegisterCatalogItem request as it stands", (file) => {
  const request = parseJsonRequest(RegisterCatalogItemRequestSchema, readFileSync(join(SEED, file)));
  expect(() => checkFieldRules(RegisterCatalogItemRequestSchema, request as never)).not.toThrow();
});
