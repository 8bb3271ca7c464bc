import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { itemUnknown, itemView, newestVersion, publishedVersion } from "../items/item.ts";
import { DEFAULT_PAGE_SIZE } from "../registry/list-pages.ts";

/** 4.3.4: the versions of an item, the newest first, without their content. */
export function listCatalogItemVersions({
  items,
}: CatalogContext): Handlers<typeof CatalogService>["listCatalogItemVersions"] {
  return async ({ code, pageSize, pageToken }) => {
    if (!(await newestVersion(items, code))) throw itemUnknown(code);
    const published = (await publishedVersion(items, code))?.version ?? 0;
    const page = await items.query({
      index: "versions",
      equals: [code],
      descending: true,
      limit: pageSize || DEFAULT_PAGE_SIZE,
      ...(pageToken && { after: pageToken }),
    });
    const versions = page.items.map((document) => {
      const { content: _content, ...version } = itemView(document, published);
      return version;
    });
    return { items: versions, nextPageToken: page.next ?? "" };
  };
}
