import { instantOf } from "./instant.ts";
import { foreignPageToken } from "./refusal.ts";

/** What tells where a certificate stands in a list. */
export interface Placed {
  /** RFC 3339. */
  issuedAt: string;
  identifier: string;
}

/**
 * Place of a certificate in a list that begins with the newest: time of issue, then identifier. Texts compare as places do, and
 * a place never moves, so that it serves as the token of a page at every node, whatever is issued meanwhile.
 */
export function placeOf({ issuedAt, identifier }: Placed): string {
  const time = new Date(instantOf(issuedAt));
  return `${Number.isNaN(time.getTime()) ? "" : time.toISOString()} ${identifier}`;
}

/** Newest first; certificates of one instant by identifier, the last one first. */
export function newestFirst(a: Placed, b: Placed): number {
  const [left, right] = [placeOf(a), placeOf(b)];
  return left < right ? 1 : left > right ? -1 : 0;
}

/** Holds that a page token is a place, or empty. Throws `INVALID_FIELD`. */
export function requirePlace(pageToken: string): void {
  if (pageToken === "" || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z .{1,128}$/.test(pageToken)) return;
  throw foreignPageToken();
}

/** A page of one list, newest first; `more`: the list goes on behind it. */
export interface ListPage<T> {
  items: readonly T[];
  more: boolean;
}

/**
 * A page of several lists together, out of the page behind `pageToken` of each: at most `size`, each identifier once. Of one that
 * stands in several lists, `better` tells which is kept. A list that goes on without having given anything counts as ended, so
 * that no list of another node keeps its reader going round.
 */
export function joinPages<T extends Placed>(
  pages: readonly ListPage<T>[],
  { size, pageToken }: { size: number; pageToken: string },
  better: (known: T, other: T) => T,
): { items: T[]; nextPageToken: string } {
  const ahead = pages.map(({ items, more }) => ({
    items: items.filter((item) => pageToken === "" || placeOf(item) < pageToken),
    more,
  }));
  // What lies behind the end of a list that goes on may have others of that list before it.
  const ends = ahead.filter(({ items, more }) => more && items.length > 0).map(({ items }) => endOf(items));
  const horizon = ends.sort().at(-1) ?? "";
  const found = new Map<string, T>();
  for (const item of ahead.flatMap(({ items }) => items)) {
    const known = found.get(item.identifier);
    found.set(item.identifier, known === undefined ? item : better(known, item));
  }
  const all = [...found.values()].sort(newestFirst);
  const items = all.filter((item) => placeOf(item) >= horizon).slice(0, size);
  const last = items.at(-1);
  const goesOn = items.length < all.length || ends.length > 0;
  return { items, nextPageToken: goesOn && last !== undefined ? placeOf(last) : "" };
}

function endOf(items: readonly Placed[]): string {
  return items.map(placeOf).sort()[0] ?? "";
}
