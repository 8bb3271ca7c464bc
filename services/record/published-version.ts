import { type CatalogItem, HolderKind, type IssuingLevel } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { ISSUING_LEVELS, type IssuingLevelName } from "../domain/issuing-level.ts";

const HOLDER_KINDS = {
  [HolderKind.PERSON]: "person",
  [HolderKind.ORGANISATION]: "organisation",
  [HolderKind.ANY]: "any",
} as const;

/** Highest first, as the contract numbers them from 1. */
const LEVELS = Object.keys(ISSUING_LEVELS) as IssuingLevelName[];

/** Levels at which an item is issued, by their names; one that this version of the contract does not know has none. */
export function issuingLevelsOf(levels: readonly IssuingLevel[]): IssuingLevelName[] {
  return levels.map((level) => LEVELS[level - 1]).filter((name) => name !== undefined);
}

/**
 * A published version as the statement names its members that the province signs (`trust/catalog-version.ts`). `undefined` where the
 * item has no content, or no publisher.
 */
export function publishedVersionIn(item: CatalogItem) {
  const { code, version, publisher, publishedAt, content } = item;
  const holderKind = content && HOLDER_KINDS[content.holderKind as keyof typeof HOLDER_KINDS];
  if (!content || holderKind === undefined || publisher === "") return undefined;
  const { name, typeCode, definingAuthority, holdersMin, holdersMax } = content;
  const { validityRuleJson, dataSchemaJson, faceTemplateJson, exampleJson, bindings } = content;
  const { issuingBodies, sealSamples, keeperCode, retired } = content;
  return {
    code,
    version,
    publisher,
    publishedAt,
    name,
    typeCode,
    definingAuthority,
    holderKind,
    holdersMin,
    holdersMax,
    validityRuleJson,
    dataSchemaJson,
    faceTemplateJson,
    exampleJson,
    bindings,
    issuingLevels: issuingLevelsOf(content.issuingLevels),
    issuingBodies,
    sealSamples,
    keeperCode,
    retired,
  };
}
