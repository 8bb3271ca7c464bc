import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { itemView } from "../items/item.ts";
import type { ItemDocument } from "../stored/records.ts";

/** Lists the published version of every item. */
export function listCatalogItems({ items }: CatalogContext): Handlers<typeof CatalogService>["listCatalogItems"] {
  return async ({ pageSize, pageToken }) => {
    const page = await items.query({
      index: "published",
      limit: pageSize || 50,
      ...(pageToken && { after: pageToken }),
    });
    // The index orders by code, then version: the last of a code within the page is its newest, unless the next page
    // begins with the same code.
    const newest = new Map<string, ItemDocument>();
    for (const document of page.items) newest.set(document.code, document);
    const last = page.items.at(-1);
    if (page.next && last) {
      const following = await items.query({ index: "published", after: page.next, limit: 1 });
      if (following.items[0]?.code === last.code) newest.delete(last.code);
    }
    return { items: [...newest.values()].map((document) => itemView(document)), nextPageToken: page.next ?? "" };
  };
}
