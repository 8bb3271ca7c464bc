import { keysOf } from "../key.ts";
import { type CollectionSpec, DuplicateKey, type IndexSpec, type KeyValue } from "../port.ts";
import type { Connection } from "./connection.ts";
import { indexTable, insertKeySql, keyColumns } from "./tables.ts";

/** What a write does to one index. */
export interface IndexChange {
  index: IndexSpec;
  removed: KeyValue[][];
  added: KeyValue[][];
}

/** The rows of a collection's indexes. All calls MUST lie inside a write transaction. */
export interface IndexRows {
  /** What turns the index rows of one document into those of another; `undefined` stands for no document. */
  changes(before: object | undefined, after: object | undefined): IndexChange[];
  /** Throws `DuplicateKey` if an added key of a unique index belongs to another document. */
  assertFree(changes: readonly IndexChange[], id: string): void;
  apply(changes: readonly IndexChange[], id: string): void;
  /** Takes a document out of every index whose keys nobody can tell any more. Looks at each of their rows. */
  forget(id: string): void;
}

/** Prepares the statements that keep a collection's indexes. */
export function indexRows({ prepare }: Connection, spec: CollectionSpec): IndexRows {
  const statements = new Map(
    spec.indexes.map((index) => {
      const table = indexTable(spec.name, index.name);
      const key = keyColumns(index).map((column) => `${column} = ?`);
      const owner = prepare(`SELECT id FROM ${table} WHERE ${key.join(" AND ")} LIMIT 1`);
      const remove = prepare(`DELETE FROM ${table} WHERE ${key.join(" AND ")} AND id = ?`);
      const forget = prepare(`DELETE FROM ${table} WHERE id = ?`);
      return [index.name, { owner, remove, forget, add: prepare(insertKeySql(spec.name, index)) }] as const;
    }),
  );
  type Statements = typeof statements extends Map<string, infer S> ? S : never;

  return {
    changes(before, after) {
      return spec.indexes.map((index) => {
        const old = before ? keysOf(before, index.fields) : [];
        const fresh = after ? keysOf(after, index.fields) : [];
        return { index, removed: without(old, fresh), added: without(fresh, old) };
      });
    },
    assertFree(changes, id) {
      for (const { index, added } of changes) {
        if (!index.unique) continue;
        const { owner } = statements.get(index.name) as Statements;
        for (const key of added) {
          const holder = owner.get(...key);
          if (holder !== undefined && holder.id !== id) throw new DuplicateKey(index.name);
        }
      }
    },
    forget(id) {
      for (const { forget } of statements.values()) forget.run(id);
    },
    apply(changes, id) {
      for (const { index, removed, added } of changes) {
        const { remove, add } = statements.get(index.name) as Statements;
        for (const key of removed) remove.run(...key, id);
        for (const key of added) add.run(...key, id);
      }
    },
  };
}

/** More tuples than these are looked up by their texts. */
const FEW = 8;

/** The tuples of `some` that are not in `others`. */
function without(some: KeyValue[][], others: KeyValue[][]): KeyValue[][] {
  if (some.length === 0 || others.length === 0) return some;
  if (others.length <= FEW) return some.filter((tuple) => !others.some((other) => isSame(tuple, other)));
  const texts = new Set(others.map((tuple) => JSON.stringify(tuple)));
  return some.filter((tuple) => !texts.has(JSON.stringify(tuple)));
}

/** Of one index: both have its number of fields. */
function isSame(tuple: KeyValue[], other: KeyValue[]): boolean {
  return tuple.every((value, place) => value === other[place]);
}
