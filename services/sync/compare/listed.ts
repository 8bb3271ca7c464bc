import { Refusal } from "../../domain/refusal.ts";

/** A list that a node gives, and how much of it is read. */
export interface ListOfNode {
  node: string;
  what: "buckets" | "records of one bucket";
  /** Entries at most. */
  most: number;
  /** Pages at most. */
  pages: number;
  /** Characters of one name at most. */
  nameLength: number;
}

/**
 * Reads all pages of a list that another node gives, ordered by name. A list without end would fill the memory and never be compared:
 * throws `TOO_LARGE`, which names node and limit, beyond the list's limits, and `INVALID_FIELD` where the entries do not follow each other.
 */
export async function listed<T>(
  list: ListOfNode,
  nameOf: (item: T) => string,
  read: (pageToken: string) => Promise<{ items: readonly T[]; next: string }>,
): Promise<T[]> {
  const found: T[] = [];
  let last = "";
  let token = "";
  for (let pages = 1; ; pages++) {
    if (pages > list.pages) throw beyond(list, list.pages, `more than ${list.pages} pages of ${list.what}`);
    const { items, next } = await read(token);
    for (const item of items) {
      const name = nameOf(item);
      if (name.length > list.nameLength)
        throw beyond(list, list.nameLength, `${list.what} with names of more than ${list.nameLength} characters`);
      if (name <= last) throw disorderly(list);
      if (found.length >= list.most) throw beyond(list, list.most, `more than ${list.most} ${list.what}`);
      found.push(item);
      last = name;
    }
    if (next === "") return found;
    if (items.length === 0) throw disorderly(list);
    token = next;
  }
}

function beyond({ node }: ListOfNode, limit: number, what: string): Refusal {
  return new Refusal("TOO_LARGE", `node ${node} lists ${what}`, { metadata: { node, limit: String(limit) } });
}

function disorderly({ node, what }: ListOfNode): Refusal {
  return new Refusal("INVALID_FIELD", `node ${node} lists its ${what} out of order`, { metadata: { node } });
}
