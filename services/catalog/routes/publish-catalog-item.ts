import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import { rightTime } from "../../host/right-time.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { requireNotDrafted } from "../drafts/not-drafted.ts";
import { itemView, publishedVersion, unknownVersion } from "../items/item.ts";
import { signedForPublication } from "../items/sign-published.ts";

/** 4.3.1: publishes a version to the province's catalog; the province alone may. */
export function publishCatalogItem(context: CatalogContext): Handlers<typeof CatalogService>["publishCatalogItem"] {
  const { items, runtime, bell } = context;
  return async (request, { caller }) => {
    if (!isProvince(runtime.config.node)) {
      const message = "the province alone publishes catalog items (4.3.1); call the province";
      throw new Refusal("PERMISSION_DENIED", message, { localizedDetail: "目录项仅由省级发布，请调用省级节点" });
    }
    runtime.clock.require();
    return untilStored(async () => {
      const document = await items.get(`${request.code}/${request.version}`);
      if (!document) throw await unknownVersion(items, request.code, request.version);
      const newest = (await publishedVersion(items, request.code))?.version ?? 0;
      if (document.publishedAt !== undefined) return { item: itemView(document, newest) };
      await requireNotDrafted(context, request.code);
      const publishedAt = rightTime(runtime).toISOString();
      const published = { ...document, publishedAt, publishedVersion: document.version };
      const next = signedForPublication(context, published);
      if (!(await items.replace(next))) return undefined;
      await runtime.evidence.append("catalog-item-published", {
        ...{ code: request.code, version: request.version, by: callerName(caller) },
      });
      bell.ring();
      return { item: itemView(next, newest) };
    });
  };
}
