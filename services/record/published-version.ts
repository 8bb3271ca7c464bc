import { type CatalogItem, HolderKind } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";

const HOLDER_KINDS = {
  [HolderKind.PERSON]: "person",
  [HolderKind.ORGANISATION]: "organisation",
  [HolderKind.ANY]: "any",
} as const;

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
  };
}
