import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HolderKind } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import type { Holder } from "../../services/domain/message.ts";

const DIRECTORY = join(import.meta.dirname, "..", "seed", "catalog");

/** A file of `ops/seed/catalog`: one catalog item with a complete example. */
export interface CatalogFile {
  code: string;
  name: string;
  typeCode: string;
  definingAuthority: { name: string; code: string };
  holderKind: "person" | "organisation" | "both";
  holderCount: { min: number; max: number };
  validityRule: JsonObject;
  dataSchema: JsonObject;
  template: JsonObject;
  example: {
    issuer: { name: string; code: string; division: string };
    holders: Holder[];
    number?: string;
    issueDate: string;
    validFrom?: string;
    validTo?: string;
    data: JsonObject;
  };
}

const HOLDER_KINDS = {
  person: HolderKind.PERSON,
  organisation: HolderKind.ORGANISATION,
  both: HolderKind.ANY,
} as const;

/** Reads all items of the seed. */
export function readCatalogFiles(): CatalogFile[] {
  return readdirSync(DIRECTORY)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(DIRECTORY, name), "utf8")) as CatalogFile);
}

/** Content of an item as the catalog service takes it. */
export function contentOf(file: CatalogFile) {
  return {
    name: file.name,
    typeCode: file.typeCode,
    definingAuthority: file.definingAuthority.name,
    holderKind: HOLDER_KINDS[file.holderKind],
    holdersMin: file.holderCount.min,
    holdersMax: file.holderCount.max,
    validityRuleJson: JSON.stringify(file.validityRule),
    dataSchemaJson: JSON.stringify(file.dataSchema),
    faceTemplateJson: JSON.stringify(file.template),
    exampleJson: JSON.stringify(file.example.data),
  };
}
