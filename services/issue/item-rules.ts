import { type CatalogItemContent, HolderKind } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { compileDataSchema, type DataCheck } from "../document/data-schema.ts";
import type { HolderKind as HolderKindName } from "../domain/holder-code.ts";
import { parseValidityRule, type ValidityRule } from "../domain/validity-rule.ts";
import type { FaceDocument } from "./agent-stream.ts";
import { faceDocument } from "./faces.ts";

/** A published version of a catalog item, parsed and compiled: what orders are held against. */
export interface ItemRules {
  code: string;
  version: number;
  /** 证照名称 */
  name: string;
  typeCode: string;
  /** Absent where anybody may hold it. */
  holderKind: HolderKindName | undefined;
  holdersMin: number;
  holdersMax: number;
  validity: ValidityRule;
  template: FaceDocument;
  /** Holds business data to the item's schema. */
  checkData: DataCheck;
}

/** Compiles the content of a version. Throws where the catalog let something through that it should not have. */
export function itemRules(code: string, version: number, content: CatalogItemContent): ItemRules {
  return {
    code,
    version,
    name: content.name,
    typeCode: content.typeCode,
    holderKind: holderKindOf(content.holderKind),
    holdersMin: content.holdersMin,
    holdersMax: content.holdersMax,
    validity: parseValidityRule(JSON.parse(content.validityRuleJson)),
    template: faceDocument(content.faceTemplateJson),
    checkData: compileDataSchema(content.dataSchemaJson),
  };
}

function holderKindOf(kind: HolderKind): HolderKindName | undefined {
  if (kind === HolderKind.PERSON) return "person";
  return kind === HolderKind.ORGANISATION ? "organisation" : undefined;
}
