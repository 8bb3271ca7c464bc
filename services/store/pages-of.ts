import type { Collection, Query, Stored } from "./port.ts";

const PAGE = 1_000;

/** All documents of a query, page by page. */
export async function* pagesOf<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: Omit<Query, "limit" | "after">,
): AsyncGenerator<T[]> {
  for (let after: string | undefined; ; ) {
    const page = await collection.query({ ...query, limit: PAGE, ...(after !== undefined && { after }) });
    yield page.items;
    if (page.next === undefined) return;
    after = page.next;
  }
}

/** The same one by one. */
export async function* allOf<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: Omit<Query, "limit" | "after">,
): AsyncGenerator<T> {
  for await (const page of pagesOf(collection, query)) yield* page;
}

/** The same as a list. */
export async function listOf<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: Omit<Query, "limit" | "after">,
): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pagesOf(collection, query)) found.push(...page);
  return found;
}
