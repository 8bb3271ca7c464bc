import {
  type CatalogItem,
  type CatalogItemContent,
  HolderKind,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { compileDataSchema, type DataCheck } from "../../document/data-schema.ts";
import type { DataBinding } from "../../domain/data-binding.ts";
import type { HolderKind as HolderKindName } from "../../domain/holder-code.ts";
import { parseValidityRule, type ValidityRule } from "../../domain/validity-rule.ts";
import { publishedVersionIn } from "../../record/published-version.ts";
import { catalogStatementBytes, catalogStatementOf } from "../../trust/catalog-version.ts";
import { type FaceDocument, faceDocument } from "../face/faces.ts";

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
  /** What the province signed of it: agents believe nothing else. */
  statement: SignedStatement;
  template: FaceDocument;
  /** Data items that must say what the metadata say. */
  bindings: readonly DataBinding[];
  /** Holds business data to the item's schema. */
  checkData: DataCheck;
}

/** A statement of the province with its signature: canonical JSON, known by its digest. */
export interface SignedStatement extends FaceDocument {
  readonly signature: Uint8Array;
}

/** Compiles the content of a version. Throws where the catalog let something through that it should not have. */
export function itemRules(item: CatalogItem, content: CatalogItemContent): ItemRules {
  const { code, version } = item;
  return {
    code,
    version,
    statement: { ...faceDocument(statementText(item, content)), signature: item.signature },
    name: content.name,
    typeCode: content.typeCode,
    holderKind: holderKindOf(content.holderKind),
    holdersMin: content.holdersMin,
    holdersMax: content.holdersMax,
    validity: parseValidityRule(JSON.parse(content.validityRuleJson)),
    template: faceDocument(content.faceTemplateJson),
    bindings: content.bindings,
    checkData: compileDataSchema(content.dataSchemaJson),
  };
}

function statementText(item: CatalogItem, content: CatalogItemContent): string {
  const version = publishedVersionIn({ ...item, content });
  if (!version) throw new Error(`version ${item.version} of ${item.code} is not a published one`);
  return new TextDecoder().decode(catalogStatementBytes(catalogStatementOf(version)));
}

function holderKindOf(kind: HolderKind): HolderKindName | undefined {
  if (kind === HolderKind.PERSON) return "person";
  return kind === HolderKind.ORGANISATION ? "organisation" : undefined;
}
