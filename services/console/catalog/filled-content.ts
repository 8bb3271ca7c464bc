import { fromJson, type JsonObject, toJson } from "@bufbuild/protobuf";
import {
  type CatalogItemContent,
  CatalogItemContentSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { isSameJson } from "../../domain/json-difference.ts";
import { filledIn } from "../../staff-model/data-fields.ts";
import { type EditedStandard, objectIn, openedStandard, writtenStandard } from "../data-items/edited-standard.ts";

/** A content as a form holds it: its members by their names in JSON, with the standard of the data items as a table. */
export interface FilledContent {
  name: string;
  typeCode: string;
  definingAuthority: string;
  holderKind: string;
  holdersMin: number;
  holdersMax: number;
  validityRuleJson: string;
  dataSchemaJson: EditedStandard;
  faceTemplateJson: string;
  exampleJson: string;
  /** What `exampleJson` holds; absent where that is no object. */
  example?: JsonObject;
  bindings: { dataItem?: string; metadata?: string }[];
  issuingLevels: string[];
  /** One a line. */
  issuingBodies: string;
  sealSamples: { name?: string; pictureJson?: string }[];
}

/** What a form holds of a content at first. */
export function filledFrom(content: CatalogItemContent): FilledContent {
  const json = toJson(CatalogItemContentSchema, content, { alwaysEmitImplicit: true }) as JsonObject;
  const example = objectIn(content.exampleJson);
  return {
    ...(json as unknown as FilledContent),
    dataSchemaJson: openedStandard(content.dataSchemaJson),
    issuingBodies: content.issuingBodies.join("\n"),
    faceTemplateJson: readable(content.faceTemplateJson),
    ...(example && { example: example as JsonObject }),
  };
}

/** The content that a form holds. What says the same as `before` keeps the text of it: spaces and order are no change. Throws for what no content can hold. */
export function contentIn(filled: FilledContent, before: CatalogItemContent): CatalogItemContent {
  const { example, dataSchemaJson, issuingBodies, bindings, sealSamples, ...said } = filled;
  const exampleJson = example ? JSON.stringify(filledIn(example) ?? {}) : said.exampleJson;
  return fromJson(CatalogItemContentSchema, {
    ...said,
    dataSchemaJson: writtenStandard(dataSchemaJson, before.dataSchemaJson),
    exampleJson: unlessSame(exampleJson, before.exampleJson),
    faceTemplateJson: unlessSame(said.faceTemplateJson, before.faceTemplateJson),
    issuingBodies: issuingBodies
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
    bindings: bindings.map((one) => ({ dataItem: one?.dataItem ?? "", metadata: one?.metadata ?? "" })),
    sealSamples: sealSamples.map((one) => ({ name: one?.name ?? "", pictureJson: one?.pictureJson ?? "" })),
    keeperCode: "",
    retired: false,
  } as JsonObject);
}

/** What a new item says before anybody has written anything. */
export function emptyContent(): CatalogItemContent {
  return fromJson(CatalogItemContentSchema, {
    holderKind: "HOLDER_KIND_ORGANISATION",
    holdersMin: 1,
    holdersMax: 1,
    validityRuleJson: '{"kind":"unlimited"}',
    dataSchemaJson: '{"type":"object","additionalProperties":false,"required":[],"properties":{}}',
    faceTemplateJson: '{"schema":"ecert.face.v1","page":{"width":297,"height":210},"elements":[]}',
    exampleJson: "{}",
  });
}

/** A text of JSON as people read it; what is none as it is. */
function readable(text: string): string {
  const value = objectIn(text);
  return value ? JSON.stringify(value, null, 2) : text;
}

function unlessSame(text: string, before: string): string {
  const [now, then] = [objectIn(text), objectIn(before)];
  return now && then && isSameJson(now, then) ? before : text;
}
