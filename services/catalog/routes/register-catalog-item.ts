import { toJson } from "@bufbuild/protobuf";
import {
  type CatalogItemContent,
  CatalogItemContentSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { digestOf, type JsonObject } from "../../domain/canonical.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { CatalogContext } from "../context.ts";
import { requireNotDrafted } from "../drafts/not-drafted.ts";
import { itemView, newestVersion, publishedVersion } from "../items/item.ts";
import { requireRoom } from "../items/require-room.ts";
import { requireSameType } from "../items/require-type.ts";
import { checkContent } from "../registry/check-content.ts";
import type { ItemDocument } from "../stored/records.ts";

/**
 * 4.3.4: registers a version of a catalog item. Content that was registered before, however long ago, is the version that it was; a new one
 * must have room on its face for all that its schema allows.
 */
export function registerCatalogItem(context: CatalogContext): Handlers<typeof CatalogService>["registerCatalogItem"] {
  const { items, runtime } = context;
  return async (request, { caller }) => {
    const content = request.content as CatalogItemContent;
    checkContent(content);
    const json = toJson(CatalogItemContentSchema, content) as JsonObject;
    const digest = digestOf(json);
    return untilStored(async () => {
      const same = await items.first({ index: "contents", equals: [request.code, digest], descending: true });
      const published = await publishedVersion(items, request.code);
      if (same) return { item: itemView(same, published?.version ?? 0) };
      await requireNotDrafted(context, request.code);
      await requireRoom(context.previews, content);
      const newest = await newestVersion(items, request.code);
      if (newest) requireSameType(newest, content);
      const version = (newest?.version ?? 0) + 1;
      const document: ItemDocument = {
        _id: `${request.code}/${version}`,
        revision: 1,
        code: request.code,
        version,
        digest,
        content: json,
        registeredAt: runtime.now().toISOString(),
      };
      if (!(await insertNew(items, document))) return undefined;
      await runtime.evidence.append("catalog-item-registered", {
        code: request.code,
        version,
        digest,
        by: callerName(caller),
      });
      return { item: itemView(document) };
    });
  };
}
