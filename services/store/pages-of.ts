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
