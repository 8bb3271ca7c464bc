import { assertDeclared } from "../declaration.ts";
import { keysOf } from "../key.ts";
import type { CollectionSpec, IndexSpec, KeyValue } from "../port.ts";
import type { Connection } from "./connection.ts";
import { documentIn } from "./document-in.ts";

/** The table of a collection, quoted. */
export function documentTable(collection: string): string {
  return `"c:${collection}"`;
}

/** The table of an index, quoted. Its columns are `k0 k1 … id`, in key order, so that a range of it is a range of keys. */
export function indexTable(collection: string, index: string): string {
  return `"x:${collection}:${index}"`;
}

/** `k0, k1, …`: the key columns of an index. */
export function keyColumns(index: IndexSpec): string[] {
  return index.fields.map((_, place) => `k${place}`);
}

/** SQL that puts one row into an index; its parameters are the key and the document's id. */
export function insertKeySql(collection: string, index: IndexSpec): string {
  const places = [...index.fields, "id"].map(() => "?");
  return `INSERT INTO ${indexTable(collection, index.name)} VALUES (${places})`;
}

/**
 * Makes the tables of a collection. An index that is new or declared differently is built from the documents; one that is no longer
 * declared is dropped. Call inside a write transaction. Processes that share a file MUST declare the same indexes.
 */
export function ensureTables({ database, prepare }: Connection, spec: CollectionSpec): void {
  assertDeclared(spec);
  database.exec(`CREATE TABLE IF NOT EXISTS ${documentTable(spec.name)}
    (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL)`);
  database.exec(`CREATE TABLE IF NOT EXISTS "declared_indexes"
    (collection TEXT, name TEXT, declaration TEXT NOT NULL, PRIMARY KEY (collection, name)) WITHOUT ROWID`);
  const rows = prepare(`SELECT name, declaration FROM "declared_indexes" WHERE collection = ?`).all(spec.name);
  const present = new Map(rows.map((row) => [row.name as string, row.declaration as string]));
  for (const index of spec.indexes) {
    const declaration = JSON.stringify([index.fields, index.unique ?? false]);
    if (present.get(index.name) !== declaration) {
      dropIndex({ database, prepare }, spec.name, index.name);
      buildIndex({ database, prepare }, spec.name, index);
      prepare(`INSERT INTO "declared_indexes" VALUES (?, ?, ?)`).run(spec.name, index.name, declaration);
    }
    present.delete(index.name);
  }
  for (const name of present.keys()) dropIndex({ database, prepare }, spec.name, name);
}

function dropIndex({ database, prepare }: Connection, collection: string, name: string): void {
  database.exec(`DROP TABLE IF EXISTS ${indexTable(collection, name)}`);
  prepare(`DELETE FROM "declared_indexes" WHERE collection = ? AND name = ?`).run(collection, name);
}

function buildIndex({ database }: Connection, collection: string, index: IndexSpec): void {
  const columns = keyColumns(index);
  // Untyped columns keep numbers numbers and text text, and SQLite orders numbers before text, text by its bytes.
  const key = index.unique ? columns : [...columns, "id"];
  database.exec(`CREATE TABLE ${indexTable(collection, index.name)}
    (${columns.map((column) => `${column} NOT NULL`)}, id TEXT NOT NULL, PRIMARY KEY (${key})) WITHOUT ROWID`);
  const insert = database.prepare(insertKeySql(collection, index));
  for (const row of database.prepare(`SELECT id, revision, body FROM ${documentTable(collection)}`).iterate()) {
    const document = documentIn(row.id as string, row.revision as number, row.body);
    for (const tuple of keysOf(document, index.fields)) {
      insert.run(...(tuple satisfies KeyValue[]), row.id as string);
    }
  }
}
