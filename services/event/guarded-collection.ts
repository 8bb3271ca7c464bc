import type { Collection, Page, Query, Stored } from "../store/port.ts";
import { createRowReader, type RowReaderParts } from "./row-reader.ts";

/** What guards a collection. `check` throws where a document is not what its readers rely on, whatever it holds. */
export interface GuardedParts<T extends Stored> extends Omit<RowReaderParts<T, T>, "read" | "collection"> {
  collection: Collection<T>;
  check(document: T): void;
}

/** Pages that one query reads to fill its own; behind them it answers with what it has, unless that is nothing. */
const PASSED_PAGES = 100;

/**
 * A collection whose readers never meet a document that cannot be read: it is set aside, lists leave it out, and who asks for it
 * by itself (`get`, `first`) is refused with `RECORD_UNREADABLE`. A query fills its page with what can be read; after a long
 * run of what cannot, a page may be short, but never empty, and still have a next. Several by key: `undefined` where one cannot be read. Writes go
 * through as they are.
 */
export interface GuardedCollection<T extends Stored> extends Collection<T> {
  /** The document that comes first, where that one alone is the answer. */
  first(query: Omit<Query, "limit" | "after">): Promise<T | undefined>;
  /** Of documents as they are stored those that can be read; the others are set aside. */
  readable(documents: readonly T[]): Promise<T[]>;
}

/** Guards a collection. */
export function guardedCollection<T extends Stored>({ check, ...parts }: GuardedParts<T>): GuardedCollection<T> {
  const { collection } = parts;
  // What cannot change needs no second look.
  const sound = new WeakSet<T>();
  const rows = createRowReader<T, T>({
    ...parts,
    read(document) {
      if (sound.has(document)) return document;
      check(document);
      if (Object.isFrozen(document)) sound.add(document);
      return document;
    },
  });

  async function query(query: Query): Promise<Page<T>> {
    const items: T[] = [];
    let { after } = query;
    for (let pages = 1; ; pages++) {
      const limit = query.limit - items.length;
      const page = await collection.query({ ...query, limit, ...(after !== undefined && { after }) });
      items.push(...(await rows.all(page.items)));
      if (page.next === undefined) return { items };
      if (items.length === query.limit || (pages >= PASSED_PAGES && items.length > 0))
        return { items, next: page.next };
      after = page.next;
    }
  }

  return {
    insert: (document) => collection.insert(document),
    insertMany: (documents) => collection.insertMany(documents),
    insertInOrder: (documents) => collection.insertInOrder(documents),
    async get(id) {
      const document = await collection.get(id);
      return document && rows.one(document);
    },
    async getMany(ids) {
      const found = await collection.getMany(ids);
      const readable = new Set(await rows.all(found.filter((document) => document !== undefined)));
      return found.map((document) => (document && readable.has(document) ? document : undefined));
    },
    replace: (document) => collection.replace(document),
    replaceMany: (documents) => collection.replaceMany(documents),
    remove: (id, revision) => collection.remove(id, revision),
    query,
    async first(query) {
      const [document] = (await collection.query({ ...query, limit: 1 })).items;
      return document && rows.one(document);
    },
    readable: (documents) => rows.all(documents),
    count: (index, equals) => collection.count(index, equals),
  };
}
