import { toJson } from "@bufbuild/protobuf";
import { type CatalogItem, CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { compareAndSet, untilStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { changed } from "../issuers/owners.ts";
import { newestVersion } from "../items/item.ts";
import type { ItemDocument } from "../stored/records.ts";
import { contentDigestOf } from "./compare-versions.ts";
import type { CatalogReport } from "./parts.ts";

/**
 * Stores a version that this province has published and signed, as published; no event is made of it. A draft that took its number
 * meanwhile gets the next free one. Resolves to false where a version of that number is published here.
 */
export async function restoreVersion(
  context: CatalogContext,
  item: CatalogItem,
  report: CatalogReport,
): Promise<boolean> {
  const { code, version, publisher, publishedAt, registeredAt } = item;
  const digest = contentDigestOf(item);
  const content = toJson(CatalogItemContentSchema, item.content as NonNullable<typeof item.content>) as JsonObject;
  let restored = false;
  await changed(context, context.items, `${code}/${version}`, async (old): Promise<ItemDocument> => {
    restored = old?.publishedAt === undefined;
    if (old && !restored) return old;
    if (old && old.digest !== digest) await moveDraft(context, old, report);
    await context.runtime.evidence.append("catalog-item-restored", { code, version, digest });
    return {
      _id: `${code}/${version}`,
      revision: old?.revision ?? 1,
      code,
      version,
      digest,
      content,
      registeredAt: registeredAt || publishedAt,
      publishedAt,
      publishedVersion: version,
      publisher,
      signature: Buffer.from(item.signature).toString("base64"),
    };
  });
  return restored;
}

/** Registers a draft anew behind all versions. */
async function moveDraft(context: CatalogContext, draft: ItemDocument, report: CatalogReport): Promise<void> {
  const { items } = context;
  if ((await items.count("contents", [draft.code, draft.digest])) > 1) return;
  const moved = await untilStored(async () => {
    const version = ((await newestVersion(items, draft.code))?.version ?? 0) + 1;
    return compareAndSet(items, undefined, { ...draft, _id: `${draft.code}/${version}`, version });
  });
  report.notice(`目录项 ${draft.code} 的草稿版本 ${draft.version} 与已发布版本同号，已改为版本 ${moved.version}`);
}
