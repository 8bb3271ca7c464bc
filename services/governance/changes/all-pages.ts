/** A page of a list. */
interface Listed<T> {
  items: readonly T[];
  nextPageToken: string;
}

/** Goes through a list to its end, a page at a time. */
export async function* allPages<T>(page: (pageToken: string) => Promise<Listed<T>>): AsyncGenerator<T> {
  for (let pageToken = "", more = true; more; ) {
    const { items, nextPageToken } = await page(pageToken);
    yield* items;
    pageToken = nextPageToken;
    more = pageToken !== "";
  }
}
