import { foreignPageToken } from "../../domain/refusal.ts";
import type { Collection, Stored } from "../../store/port.ts";

/** Elements of a page where the caller names no number. */
export const DEFAULT_PAGE_SIZE = 50;
/** Most documents that are read at a time. */
const READ_AT_ONCE = 500;

/** What a caller asks of a list. */
export interface PageRequest {
  pageSize: number;
  pageToken: string;
}

/**
 * A page of elements of which each document holds some, in the order of `key`, index `keys`. A page ends within a document where that
 * has more than there is room for: the token names the document and how many of its elements were given.
 */
export async function elementPage<T extends Stored & { key: string }, E>(
  collection: Collection<T>,
  { pageSize, pageToken }: PageRequest,
  elementsOf: (document: T) => readonly E[],
): Promise<{ elements: E[]; nextPageToken: string }> {
  const limit = pageSize || DEFAULT_PAGE_SIZE;
  const { from, skip } = place(pageToken);
  const { items, next } = await collection.query({
    index: "keys",
    ...(from !== "" && { from }),
    limit: Math.min(limit + 1, READ_AT_ONCE),
  });
  const elements: E[] = [];
  for (const document of items) {
    const all = elementsOf(document);
    const begin = document.key === from ? skip : 0;
    const room = limit - elements.length;
    elements.push(...all.slice(begin, begin + room));
    if (begin + room < all.length) return { elements, nextPageToken: token(document.key, begin + room) };
  }
  const last = items.at(-1);
  const more = next !== undefined && last !== undefined;
  return { elements, nextPageToken: more ? token(last.key, elementsOf(last).length) : "" };
}

function token(key: string, given: number): string {
  return Buffer.from(JSON.stringify([key, given])).toString("base64url");
}

function place(pageToken: string): { from: string; skip: number } {
  if (pageToken === "") return { from: "", skip: 0 };
  try {
    const [from, skip] = JSON.parse(Buffer.from(pageToken, "base64url").toString()) as unknown[];
    if (typeof from === "string" && Number.isSafeInteger(skip)) return { from, skip: Math.max(0, skip as number) };
  } catch {
    // Told below, like any other token that this list has not given.
  }
  throw foreignPageToken();
}
