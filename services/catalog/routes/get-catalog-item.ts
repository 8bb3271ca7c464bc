import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { itemUnknown, itemView, publishedVersion, unknownVersion } from "../items/item.ts";

/** Reads one version of an item; version 0 means the published one. */
export function getCatalogItem({ items }: CatalogContext): Handlers<typeof CatalogService>["getCatalogItem"] {
  return async ({ code, version }) => {
    const document = version === 0 ? await publishedVersion(items, code) : await items.get(`${code}/${version}`);
    if (!document) throw version === 0 ? itemUnknown(code, "code") : await unknownVersion(items, code, version);
    return { item: itemView(document, await newestPublishedOf(items, code)) };
  };
}

/** The number of the published version; beyond all others where that one cannot be read: each of them has been replaced. */
async function newestPublishedOf(items: CatalogContext["items"], code: string): Promise<number> {
  try {
    return (await publishedVersion(items, code))?.version ?? 0;
  } catch (error) {
    if (error instanceof Refusal && error.reason === "RECORD_UNREADABLE") return Number.MAX_SAFE_INTEGER;
    throw error;
  }
}
