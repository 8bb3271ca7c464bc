import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { itemUnknown, itemView, publishedVersion } from "../item.ts";

/** Reads one version of an item; version 0 means the published one. */
export function getCatalogItem({ items }: CatalogContext): Handlers<typeof CatalogService>["getCatalogItem"] {
  return async ({ code, version }) => {
    const published = await publishedVersion(items, code);
    const document = version === 0 ? published : await items.get(`${code}/${version}`);
    if (!document) throw itemUnknown(code);
    return { item: itemView(document, published?.version ?? 0) };
  };
}
