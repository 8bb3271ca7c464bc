import type { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { itemUnknown, itemView, publishedVersion } from "../item.ts";
import { signedForPublication } from "../sign-published.ts";

/** 4.3.1: publishes a version to the province's catalog; the province alone may. */
export function publishCatalogItem(context: CatalogContext): Handlers<typeof CatalogService>["publishCatalogItem"] {
  const { items, runtime, bell } = context;
  return async (request) => {
    if (runtime.config.node.role !== "province") {
      throw new Refusal("PERMISSION_DENIED", "the province alone publishes catalog items (4.3.1); call the province");
    }
    for (;;) {
      const document = await items.get(`${request.code}/${request.version}`);
      if (!document) throw itemUnknown(request.code);
      const newest = (await publishedVersion(items, request.code))?.version ?? 0;
      if (document.publishedAt !== undefined) return { item: itemView(document, newest) };
      const publishedAt = runtime.now().toISOString();
      const published = { ...document, publishedAt, publishedVersion: document.version };
      const next = signedForPublication(context, published);
      if (!(await items.replace(next))) continue;
      await runtime.evidence.append("catalog-item-published", { code: request.code, version: request.version });
      bell.ring();
      return { item: itemView(next, newest) };
    }
  };
}
