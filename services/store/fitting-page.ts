import type { Collection, Page, Query, Stored } from "./port.ts";

/** Documents that are looked through for one page. */
const LOOKED_THROUGH = 1_000;

/** Which part of a list is wanted. */
interface Part {
  limit: number;
  after?: string;
}

/**
 * A page of what fits, in its order: `ask` looks through so many more, and tells those that fit. What a query itself can tell belongs into it, above all what its
 * reader may not see: this is for what no index tells, as a part of a name. Behind 1,000 the page is given short, as it also is where it is more than half
 * full: what remains would be looked for by ever smaller pieces. Its cursor leads on in either case.
 */
export async function fittingPart<T>(ask: (part: Part) => Promise<Page<T>>, wanted: Part): Promise<Page<T>> {
  const items: T[] = [];
  let { after } = wanted;
  for (let looked = 0; looked < LOOKED_THROUGH && items.length <= wanted.limit / 2; ) {
    const limit = wanted.limit - items.length;
    const page = await ask({ limit, ...(after !== undefined && { after }) });
    items.push(...page.items);
    after = page.next;
    if (after === undefined) return { items };
    looked += limit;
  }
  return { items, ...(after !== undefined && { next: after }) };
}

/** A page of those documents of a query that fit; see {@link fittingPart}. */
export function fittingPage<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: Query,
  fits: (document: T) => boolean,
): Promise<Page<T>> {
  return fittingPart(async (part) => {
    const page = await collection.query({ ...query, ...part });
    return { ...page, items: page.items.filter(fits) };
  }, query);
}

/** Whether one of some texts holds a part, capital or small; any does where nothing is looked for. */
export function holdsPart(part: string, texts: readonly string[]): boolean {
  const wanted = part.toLowerCase();
  return wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
}
