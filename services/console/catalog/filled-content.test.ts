import { create, toJson } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { contentIn, filledFrom } from "./filled-content.ts";

const json = (content: Parameters<typeof filledFrom>[0]) => toJson(CatalogItemContentSchema, content);

test("4.3.4: a content that is opened in the form and left as it is, is the same content, text for text", () => {
  for (const { content } of readCatalogFiles())
    expect(json(contentIn(filledFrom(content), content))).toEqual(json(content));
});

test("a kept draft outlives the store of a browser; levels, bodies and seals are what was filled in", () => {
  const { content } = readCatalogFiles()[0] as ReturnType<typeof readCatalogFiles>[number];
  const kept = JSON.parse(JSON.stringify(filledFrom(content)));
  const filled = {
    ...kept,
    issuingLevels: ["ISSUING_LEVEL_COUNTY"],
    issuingBodies: " 市场监督管理部门 \n\n",
    sealSamples: [{ name: "登记机关专用章", pictureJson: "{}" }],
  };
  const { issuingBodies, sealSamples, ...rest } = contentIn(filled, content);
  expect({ issuingBodies, seals: sealSamples.map(({ name }) => name) }).toEqual({
    issuingBodies: ["市场监督管理部门"],
    seals: ["登记机关专用章"],
  });
  expect(rest.dataSchemaJson).toBe(content.dataSchemaJson);
});

test("a draft whose standard is no JSON yet is kept as the text that it is", () => {
  const content = create(CatalogItemContentSchema, { name: "甲", dataSchemaJson: "{还没写", exampleJson: "[]" });
  const { dataSchemaJson, exampleJson } = contentIn(filledFrom(content), content);
  expect([dataSchemaJson, exampleJson]).toEqual(["{还没写", "[]"]);
});
