import { documentText } from "../document-text.ts";
import { cursorAt, indexNamed, onceEach, type Plan, planQuery } from "../plan.ts";
import { type Collection, type CollectionSpec, DuplicateKey, type Stored } from "../port.ts";
import type { Connection } from "./connection.ts";
import { documentIn, soundDocument } from "./document-in.ts";
import { reading } from "./failure.ts";
import { indexRows } from "./index-rows.ts";
import { countSql, openKeys, querySql } from "./query-sql.ts";
import { createReadMemory } from "./read-memory.ts";
import { documentTable } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** Of longer pages not all documents will be remembered: to look would cost more than it saves. */
const KNOWN_PAGE = 100;

/** Rows of a query, one more than its page where another follows, and the documents of the page. */
interface Found<T> {
  found: Record<string, unknown>[];
  read: T[];
}

/** A collection over its tables, which MUST exist. Documents are JSON text; the same text is what a reader gets back. */
export function sqliteCollection<T extends Stored>(
  connection: Connection,
  writer: Writer,
  spec: CollectionSpec,
): Collection<T> {
  const { prepare } = connection;
  const table = documentTable(spec.name);
  const select = prepare(`SELECT revision, body FROM ${table} WHERE id = ?`);
  const insertRow = prepare(`INSERT INTO ${table} VALUES (?, ?, ?) ON CONFLICT DO NOTHING`);
  const updateRow = prepare(`UPDATE ${table} SET revision = ?, body = ? WHERE id = ?`);
  const deleteRow = prepare(`DELETE FROM ${table} WHERE id = ?`);
  const rows = indexRows(connection, spec);
  const memory = spec.remembered === undefined ? undefined : createReadMemory<T>(connection, writer, spec.remembered);
  const hasUnique = spec.indexes.some(({ unique }) => unique);

  /**
   * The stored document if it still has the revision; inside a transaction. Of one whose text is damaged nobody knows its keys:
   * they are taken out of the indexes here.
   */
  function current(id: string, revision: number): T | undefined {
    const known = memory?.get(id);
    if (known?.revision === revision) return known;
    const row = select.get(id);
    if (row?.revision !== revision) return undefined;
    const document = soundDocument<T>(id, revision, row.body);
    if (document) return document;
    rows.forget(id);
    return { _id: id, revision } as T;
  }

  /** What inserts a document, inside a transaction. Text and keys are taken now: what the caller does to the document afterwards is not stored. */
  function insertion(document: T): () => void {
    const { _id: id, revision } = document;
    const body = documentText(document);
    const changes = rows.changes(undefined, document);
    return () => {
      if (hasUnique && select.get(id) !== undefined) throw new DuplicateKey("_id");
      rows.assertFree(changes, id);
      if (insertRow.run(id, revision, body).changes === 0) throw new DuplicateKey("_id");
      rows.apply(changes, id);
    };
  }

  const insert = async (document: T): Promise<void> => writer.write(insertion(document));

  async function replace(document: T): Promise<T | undefined> {
    const { _id: id, revision } = document;
    const body = documentText({ ...document, revision: revision + 1 });
    const next = JSON.parse(body) as T;
    const write = () => {
      const before = current(id, revision);
      if (before === undefined) return undefined;
      const changes = rows.changes(before, next);
      rows.assertFree(changes, id);
      updateRow.run(revision + 1, body, id);
      rows.apply(changes, id);
      // The next operation of this transaction reads what this one wrote.
      memory?.forget(id);
      return next;
    };
    return writer.write(write, (stored) => stored && memory?.keep(stored));
  }

  const get = (id: string): T | undefined => {
    const known = memory?.get(id);
    if (known) return known;
    const row = select.get(id);
    if (row === undefined) return undefined;
    const document = documentIn<T>(id, row.revision as number, row.body);
    return memory ? memory.keep(document) : document;
  };

  /** The rows of a plan, and the documents of its page. */
  function looked(plan: Plan): Found<T> {
    const { sql, parameters } = querySql(spec.name, plan, false);
    const found = prepare(sql).all(...parameters);
    const read = found
      .slice(0, plan.limit)
      .map((row) => documentIn<T>(row.id as string, row.revision as number, row.body));
    return { found, read };
  }

  /** The same where all of its page are remembered: texts need neither be read nor parsed then. */
  function known(plan: Plan): Found<T> | undefined {
    if (!memory || plan.limit > KNOWN_PAGE) return undefined;
    const { sql, parameters } = querySql(spec.name, plan, true);
    const found = prepare(sql).all(...parameters);
    const read: T[] = [];
    for (const row of found.slice(0, plan.limit)) {
      const document = memory.get(row.id as string);
      if (document?.revision !== row.revision) return undefined;
      read.push(document as T);
    }
    return { found, read };
  }

  return {
    insert,

    insertMany(documents) {
      const stored = (error: unknown) => {
        if (error instanceof DuplicateKey) return error;
        throw error;
      };
      return Promise.all(documents.map((document) => insert(document).then(() => undefined, stored)));
    },

    async insertInOrder(documents) {
      const insertions = documents.map(insertion);
      return writer.write(() => {
        for (const [stored, apply] of insertions.entries()) if (!unlessDuplicate(apply)) return stored;
        return insertions.length;
      });
    },

    async get(id) {
      return reading(() => get(id));
    },

    async getMany(ids) {
      if (ids.length > 1000) throw new Error(`${ids.length} ids asked at once, at most 1000`);
      return reading(() => ids.map(get));
    },

    replace,

    async replaceMany(documents) {
      await Promise.all(documents.map(replace));
    },

    remove(id, revision) {
      const write = () => {
        const before = current(id, revision);
        if (before === undefined) return false;
        deleteRow.run(id);
        rows.apply(rows.changes(before, undefined), id);
        memory?.forget(id);
        return true;
      };
      return writer.write(write, (removed) => removed && memory?.forget(id));
    },

    async query(query) {
      const plan = planQuery(spec, query);
      if (plan.empty) return { items: [] };
      const { found, read } = reading(() => known(plan) ?? looked(plan));
      const page = found.slice(0, plan.limit);
      const items = onceEach(read);
      const last = found.length > plan.limit ? page.at(-1) : undefined;
      return last ? { items, next: cursorAt(plan, openKeys(plan, last), last.id as string) } : { items };
    },

    async count(name, equals = []) {
      const index = indexNamed(spec, name);
      const sql = countSql(spec.name, name, equals.length, index.fields.length);
      return reading(() => prepare(sql).get(...equals)?.n as number);
    },
  };
}

/** Whether it was done: an insertion throws before its first write where a key is taken. */
function unlessDuplicate(apply: () => void): boolean {
  try {
    apply();
    return true;
  } catch (error) {
    if (error instanceof DuplicateKey) return false;
    throw error;
  }
}
