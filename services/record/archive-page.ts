import { fittingPart } from "../store/fitting-page.ts";
import { mergedPage } from "../store/merged-page.ts";
import { type Order, orderedPage } from "../store/ordered-page.ts";
import type { Collection, CollectionSpec, Page, Stored } from "../store/port.ts";
import type { ArchiveQuery } from "./archive-wanted.ts";

/** What lists of an archive can be sorted by, as contracts name it. */
export type ArchiveOrder = "issued_at" | "number";

/** An archive, as far as lists are read from it. */
export interface ListedArchive<T extends Stored> {
  collection: Pick<Collection<T>, "query">;
  spec: CollectionSpec;
  /** The indexes by which it is in order, for one issuer and over divisions. */
  indexes: Readonly<Record<ArchiveOrder, Readonly<Record<"issuer" | "division", string>>>>;
  /** What a record has for each order, where there are few. */
  keys: Order<T>["keys"];
}

/**
 * A page of an archive in the order that is asked for, as far as `fits` says. Of an issuer and of divisions an index gives it; of one holder or one number it is
 * sorted here. Without an order: the newest first, of a holder or a number by identifier. Throws `INVALID_FIELD` for a foreign token, and as {@link orderedPage} does.
 */
export async function archivePage<T extends Stored>(
  { collection, spec, indexes, keys }: ListedArchive<T>,
  query: ArchiveQuery,
  { orderBy, ...page }: { orderBy: string; limit: number; after?: string },
  fits: (document: T) => boolean,
): Promise<Page<T>> {
  const { index, descending, ...bounds } = query;
  if (index === "holder" || index === "number")
    return orderedPage(collection, { index, ...bounds, descending, ...page }, { orderBy, keys }, fits);
  const asked = orderBy || "-issued_at";
  const by = indexes[asked.replace("-", "") as ArchiveOrder][index];
  const ordered = { index: by, descending: asked.startsWith("-") };
  return fittingPart(async (part) => {
    const found =
      index === "issuer"
        ? await collection.query({ ...bounds, ...ordered, ...part })
        : await mergedPage(collection, spec, { ...bounds, ...ordered, ...part });
    return { ...found, items: found.items.filter(fits) };
  }, page);
}
