import type { Collection, Query, Stored } from "../../store/port.ts";

const PAGE = 1_000;

/** All that a query gives, a page at a time. */
export async function* allOf<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: Omit<Query, "limit" | "after">,
): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const page = await collection.query({ ...query, limit: PAGE, ...(after !== undefined && { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** The same as a list. */
export async function listOf<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: Omit<Query, "limit" | "after">,
): Promise<T[]> {
  const found: T[] = [];
  for await (const one of allOf(collection, query)) found.push(one);
  return found;
}
