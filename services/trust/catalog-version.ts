import { canonicalBytes, canonicalJson, type JsonObject, sha256Hex } from "../domain/canonical.ts";
import type { DataBinding } from "../domain/data-binding.ts";
import type { IssuingLevelName } from "../domain/issuing-level.ts";
import { Refusal } from "../domain/refusal.ts";
import { nodeSignedBytes } from "../statement/node-signed.ts";

/** Name of the form, and context of the signature over it. */
export const CATALOG_VERSION_SCHEMA = "ecert.catalog-version.v1";

/** One published version of a catalog item, as the contract has it. Members that are JSON are texts. */
export interface PublishedVersion {
  code: string;
  version: number;
  /** Node of the province. */
  publisher: string;
  /** RFC 3339. */
  publishedAt: string;
  name: string;
  typeCode: string;
  definingAuthority: string;
  /** `person`, `organisation` or `any`. */
  holderKind: "person" | "organisation" | "any";
  holdersMin: number;
  holdersMax: number;
  validityRuleJson: string;
  dataSchemaJson: string;
  faceTemplateJson: string;
  exampleJson: string;
  /** Data items that say what the metadata say too. */
  bindings?: readonly DataBinding[];
  /** Levels at which it is issued, as {@link IssuingLevelName}; none: at every one. */
  issuingLevels?: readonly IssuingLevelName[];
  issuingBodies?: readonly string[];
  sealSamples?: readonly { name: string; pictureJson: string }[];
  /** Department that keeps the item; empty where no draft made it. */
  keeperCode?: string;
  /** Nothing is issued by the item any more. */
  retired?: boolean;
}

/** Members of a version that are signed by digest. */
type Long = "validityRuleJson" | "dataSchemaJson" | "faceTemplateJson" | "exampleJson" | "sealSamples";

/** What the province signs of a version: all of its content, what is long by the digest of its canonical JSON. */
export interface CatalogStatement extends Omit<PublishedVersion, Long> {
  schema: typeof CATALOG_VERSION_SCHEMA;
  validityRule: JsonObject;
  dataSchemaSha256: string;
  templateSha256: string;
  exampleSha256: string;
  sealSamples?: readonly { name: string; pictureSha256: string }[];
}

/**
 * The statement of a version. It has no `bindings` where there are none, and so with what versions came to say later: what was signed before
 * stays as it was. Throws `SyntaxError` where a member is no JSON.
 */
export function catalogStatementOf(version: PublishedVersion): CatalogStatement {
  const { validityRuleJson, dataSchemaJson, faceTemplateJson, exampleJson, ...others } = version;
  const { bindings = [], issuingLevels = [], issuingBodies = [], sealSamples = [], ...rest } = others;
  const { keeperCode = "", retired = false, ...plain } = rest;
  return {
    schema: CATALOG_VERSION_SCHEMA,
    ...plain,
    validityRule: JSON.parse(validityRuleJson) as JsonObject,
    dataSchemaSha256: digestOfJson(dataSchemaJson),
    templateSha256: digestOfJson(faceTemplateJson),
    exampleSha256: digestOfJson(exampleJson),
    ...(bindings.length > 0 && { bindings: bindings.map(({ dataItem, metadata }) => ({ dataItem, metadata })) }),
    ...(issuingLevels.length > 0 && { issuingLevels: [...issuingLevels] }),
    ...(issuingBodies.length > 0 && { issuingBodies: [...issuingBodies] }),
    ...(sealSamples.length > 0 && {
      sealSamples: sealSamples.map(({ name, pictureJson }) => ({ name, pictureSha256: digestOfJson(pictureJson) })),
    }),
    ...(keeperCode !== "" && { keeperCode }),
    ...(retired && { retired }),
  };
}

/** Canonical bytes of a statement: what travels, and what its digest is taken of. */
export function catalogStatementBytes(statement: CatalogStatement): Uint8Array {
  return canonicalBytes(statement);
}

/** What the province's node key signs. */
export function catalogSignedBytes(statement: Uint8Array): Uint8Array {
  return nodeSignedBytes(CATALOG_VERSION_SCHEMA, statement);
}

/**
 * Reads a statement that came from anywhere. `verifies` holds the province's signature against its key, `province` is the node whose word
 * counts. Throws `SIGNATURE_INVALID` where the province has not signed these bytes, `INVALID_FIELD` where they are no statement.
 */
export function readCatalogStatement(
  bytes: Uint8Array,
  signature: Uint8Array,
  province: string,
  verifies: (signed: Uint8Array, signature: Uint8Array) => boolean,
): CatalogStatement {
  if (signature.length !== 64 || !verifies(catalogSignedBytes(bytes), signature)) {
    throw new Refusal("SIGNATURE_INVALID", "catalog version: the province has not signed it");
  }
  const statement = parsed(bytes);
  if (statement.schema !== CATALOG_VERSION_SCHEMA || statement.publisher !== province) {
    throw new Refusal("INVALID_FIELD", `catalog version: not a statement of the province ${province}`);
  }
  return statement;
}

function parsed(bytes: Uint8Array): CatalogStatement {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as CatalogStatement;
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "catalog version: not JSON in UTF-8", { cause });
  }
}

function digestOfJson(json: string): string {
  return sha256Hex(canonicalJson(JSON.parse(json)));
}
