import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CatalogItemContent } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { RegisterCatalogItemRequestSchema } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import type { DataBinding } from "../../services/domain/data-binding.ts";
import type { Holder } from "../../services/domain/message.ts";
import { readJson, readRequest } from "../ecert/request-file.ts";

const SEED = join(import.meta.dirname, "..", "seed");

/** A catalog item of the seed, with a complete example. */
export interface CatalogFile {
  /** Name of its files, without `.json`. */
  file: string;
  code: string;
  /** Content as RegisterCatalogItem takes it: what `ops/seed/catalog` holds. */
  content: CatalogItemContent;
  name: string;
  typeCode: string;
  dataSchema: JsonObject & { properties: Record<string, { title?: string }> };
  template: JsonObject & { elements: object[] };
  /** Data items that say what the metadata say too. */
  bindings: DataBinding[];
  /** Picture of the seal that the example bears. */
  sealPicture: SealPicture;
  example: ExampleFile & { data: JsonObject };
}

/** What an example certificate has beside its data, of `ops/seed/examples`. */
interface ExampleFile {
  issuer: { name: string; code: string; division: string };
  holders: Holder[];
  number: string;
  issueDate: string;
  validFrom?: string;
  validTo?: string;
}

/** Reads all items of the seed. */
export function readCatalogFiles(): CatalogFile[] {
  return readdirSync(join(SEED, "catalog"))
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map(readCatalogFile);
}

function readCatalogFile(name: string): CatalogFile {
  const { code, content } = readRequest(RegisterCatalogItemRequestSchema, join(SEED, "catalog", name));
  const { remark: _remark, sealPicture, ...example } = readJson(join(SEED, "examples", name)) as unknown as Example;
  if (!content) throw new Error(`${name} has no content`);
  return {
    file: name.replace(/\.json$/, ""),
    code,
    content,
    name: content.name,
    typeCode: content.typeCode,
    dataSchema: JSON.parse(content.dataSchemaJson),
    template: JSON.parse(content.faceTemplateJson),
    bindings: content.bindings.map(({ dataItem, metadata }) => ({ dataItem, metadata })),
    sealPicture,
    example: { ...example, data: JSON.parse(content.exampleJson) },
  };
}

type Example = ExampleFile & { sealPicture: SealPicture; remark: string };
