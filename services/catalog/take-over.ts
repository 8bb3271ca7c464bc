import { toJson } from "@bufbuild/protobuf";
import { type CatalogItem, CatalogItemContentSchema } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { digestOf, type JsonObject } from "../domain/canonical.ts";
import { Refusal } from "../domain/refusal.ts";
import { type Collection, DuplicateKey } from "../store/port.ts";
import type { ItemDocument } from "./records.ts";

/** Takes over a version that the province published. A version that is there already never changes: false. */
export async function takeOverItem(items: Collection<ItemDocument>, item: CatalogItem): Promise<boolean> {
  if (!item.content) throw new Refusal("INVALID_FIELD", "a published item without content");
  const content = toJson(CatalogItemContentSchema, item.content) as JsonObject;
  try {
    await items.insert({
      _id: `${item.code}/${item.version}`,
      revision: 1,
      code: item.code,
      version: item.version,
      digest: digestOf(content),
      content,
      registeredAt: item.registeredAt,
      publishedAt: item.publishedAt,
      publishedVersion: item.version,
    });
    return true;
  } catch (error) {
    if (error instanceof DuplicateKey) return false;
    throw error;
  }
}
