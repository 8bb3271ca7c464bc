import type { Collection, Query, Stored } from "./port.ts";

/** Documents of a page where nothing else is said. */
const PAGE = 1_000;

/** A query that is read to its end, so many documents at a time. */
export type WholeQuery = Omit<Query, "limit" | "after"> & { limit?: number };

/** All documents of a query, page by page. */
export async function* pagesOf<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: WholeQuery,
): AsyncGenerator<T[]> {
  for (let after: string | undefined; ; ) {
    const page = await collection.query({ limit: PAGE, ...query, ...(after !== undefined && { after }) });
    yield page.items;
    if (page.next === undefined) return;
    after = page.next;
  }
}

/** The same one by one. */
export async function* allOf<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: WholeQuery,
): AsyncGenerator<T> {
  for await (const page of pagesOf(collection, query)) yield* page;
}

/** The same as a list. */
export async function listOf<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: WholeQuery,
): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pagesOf(collection, query)) found.push(...page);
  return found;
}
