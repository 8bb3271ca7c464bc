import { compareTuples, keysOf } from "./key.ts";
import { cursorAt, indexNamed } from "./plan.ts";
import type { Collection, CollectionSpec, KeyValue, Page, Query, Stored } from "./port.ts";

/** Documents that are read of a group at a time, at least. */
const FEW = 4;
/** What a group's name can be followed by at the least. */
const NEXT = "\u0001";

/** A query over all groups of an index of two fields: `from` and `to` bound the first, the group; it comes by the second. */
export type MergedQuery = Omit<Query, "equals" | "from" | "to"> & { from?: string; to?: string };

/** What is read of a group, and not yet given. */
interface Branch<T> {
  group: KeyValue;
  items: T[];
  next?: string;
}

/**
 * A page of what several groups of an index hold, in the order of its second field as if they were one, ties by `_id`: the index is read group by group, each
 * from where the page begins, and the first of all is taken until the page is full. Nothing is read that stands before the page, and little behind it,
 * however many there are; what grows is one seek for each group that there is (issuers' divisions: a few hundred at most). Documents that come or go meanwhile
 * neither double nor hide any other. Throws `INVALID_FIELD` for a token of another order.
 */
export async function mergedPage<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  spec: CollectionSpec,
  { from, to, ...query }: MergedQuery,
): Promise<Page<T>> {
  const index = indexNamed(spec, query.index);
  const keyOf = (one: T) => [...(keysOf(one, index.fields)[0]?.slice(1) ?? []), one._id];
  const first = (a: T, b: T) => compareTuples(keyOf(a), keyOf(b)) * (query.descending ? -1 : 1);
  const groups = await groupsOf(collection, index, {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  });
  const limit = Math.min(query.limit, Math.max(FEW, Math.ceil((2 * query.limit) / Math.max(1, groups.length))));
  const branches = await Promise.all(
    groups.map((group) => filled(collection, { group, items: [], next: query.after ?? "" }, { ...query, limit })),
  );
  const items: T[] = [];
  while (items.length < query.limit) {
    const ahead = branches.filter(hasSome).sort((a, b) => first(a.items[0], b.items[0]))[0];
    if (!ahead) return { items };
    items.push(ahead.items.shift() as T);
    if (ahead.items.length === 0) await filled(collection, ahead, { ...query, limit });
  }
  const last = items.at(-1);
  if (!last || !branches.some(hasSome)) return { items };
  return { items, next: cursorAt({ index }, keyOf(last).slice(0, -1), last._id) };
}

function hasSome<T>(branch: Branch<T>): branch is Branch<T> & { items: [T, ...T[]] } {
  return branch.items.length > 0;
}

/** Reads on, where a group goes on, until there is something of it. */
async function filled<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  branch: Branch<T>,
  query: Query,
): Promise<Branch<T>> {
  while (branch.items.length === 0 && branch.next !== undefined) {
    const { after: _start, ...rest } = query;
    const after = branch.next === "" ? {} : { after: branch.next };
    const { items, next } = await collection.query({ ...rest, equals: [branch.group], ...after });
    branch.items = items;
    if (next === undefined) delete branch.next;
    else branch.next = next;
  }
  return branch;
}

/** The groups that there are, each found by one seek behind the one before. */
async function groupsOf<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  { name, fields }: { name: string; fields: readonly string[] },
  { from, to }: { from?: string; to?: string },
): Promise<string[]> {
  const groups: string[] = [];
  for (let start = from ?? ""; ; ) {
    const bounds = { from: start, ...(to !== undefined && { to }) };
    const { items } = await collection.query({ index: name, ...bounds, limit: 1 });
    const [found] = items;
    const group = found && keysOf(found, fields)[0]?.[0];
    if (typeof group !== "string") return groups;
    groups.push(group);
    start = `${group}${NEXT}`;
  }
}
