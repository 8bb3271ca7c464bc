import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { CatalogItemContentSchema, DataBindingSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { licenceContent } from "../../../test/fixtures/licence-content.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { Refusal } from "../../domain/refusal.ts";
import { checkContent } from "./check-content.ts";

function refusalOf(run: () => void): Refusal | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

describe("4.3.3 what the data say and the metadata too", () => {
  const checked = (...bindings: [string, string][]) =>
    refusalOf(() =>
      checkContent(
        create(CatalogItemContentSchema, {
          ...licenceContent,
          bindings: bindings.map(([dataItem, metadata]) => ({ dataItem, metadata })),
        }),
      ),
    );

  test("is bound where schema and face allow it", () => {
    expect(checked(["/address", "issuer.name"])).toBeUndefined();
    expect(checked()).toBeUndefined();
  });

  test("is refused otherwise, each fault with the path of its binding", () => {
    const refusal = checked(["/adress", "number"], ["/address", "holders[1].name"], ["/address", "validTo"]);
    expect(refusal).toMatchObject({
      reason: "DATA_INVALID",
      fields: [
        { field: "content.bindings[0].data_item", description: "the data schema defines no /adress" },
        { field: "content.bindings[1].metadata", description: "there are 1 holders at most" },
        { field: "content.bindings[2].data_item", description: "is bound twice" },
      ],
    });
  });

  test.each([
    ["/名称", "holders[0].name", undefined],
    ["/owners/*/name", "holders[*].codeType", undefined],
    ["/until", "validTo", undefined],
    ["name", "number", "data_item"],
    ["/a b", "number", "data_item"],
    ["/name", "holders[10].name", "metadata"],
    ["/name", "holders[0].age", "metadata"],
    ["/name", "seal", "metadata"],
  ])("%s as %s is what the contract knows, or names the field: %s", (dataItem, metadata, field) => {
    const message = create(DataBindingSchema, { dataItem, metadata });
    const refusal = refusalOf(() => checkFieldRules(DataBindingSchema, message));
    expect(refusal?.fields.map((one) => one.field)).toEqual(field && [field]);
  });
});

test("4.3.3 pictures of seals and the department that keeps the item are held to their rules, each fault with its path", () => {
  const content = create(CatalogItemContentSchema, {
    ...licenceContent,
    sealSamples: [
      { name: "专用章", pictureJson: '{"kind":"round","name":"登记机关专用章","diameter":42}' },
      { name: "公章", pictureJson: '{"kind":"round","name":"登记机关","diameter":-1}' },
    ],
    keeperCode: "114401000000990004",
  });
  const fields = refusalOf(() => checkContent(content))?.fields.map(({ field }) => field);
  expect(fields).toEqual(["content.seal_samples[1].picture_json/diameter", "content.keeper_code"]);
});
