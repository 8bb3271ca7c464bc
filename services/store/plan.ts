import { foreignPageToken } from "../domain/refusal.ts";
import { compareKeys, compareTuples, keysOf } from "./key.ts";
import type { CollectionSpec, IndexSpec, KeyValue, Query, Stored } from "./port.ts";

/** A query that was checked against its index, in terms that both engines read. */
export interface Plan {
  index: IndexSpec;
  /** Values of the first fields. */
  equals: readonly KeyValue[];
  /** Fields behind the equality prefix, in order. */
  open: readonly string[];
  from: KeyValue | undefined;
  to: KeyValue | undefined;
  descending: boolean;
  limit: number;
  /** Where the last page ended: the values of `open`, then `_id`. */
  after: readonly KeyValue[] | undefined;
  /** True if the bounds leave nothing, so that no engine need be asked. */
  empty: boolean;
}

/** Finds a declared index; an undeclared one is a programmer's error. */
export function indexNamed(spec: CollectionSpec, name: string): IndexSpec {
  const index = spec.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw new Error(`collection ${spec.name} declares no index "${name}"`);
  return index;
}

/** Checks a query against the collection's declaration and reads its cursor. */
export function planQuery(spec: CollectionSpec, query: Query): Plan {
  const index = indexNamed(spec, query.index);
  const { equals = [], from, to, limit } = query;
  const open = index.fields.slice(equals.length);
  if (equals.length > index.fields.length) throw new Error(`index ${index.name} has no ${equals.length} fields`);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new Error(`limit ${limit} is not 1–1000`);
  if (open.length === 0 && (from ?? to) !== undefined) throw new Error(`index ${index.name}: no field left to bound`);
  if (index.many && open.length > 0)
    throw new Error(`index ${index.name}: "${open.at(-1)}" holds arrays and must be fixed by equals`);
  const mixed = from !== undefined && to !== undefined && typeof from !== typeof to;
  const empty = mixed || (from !== undefined && to !== undefined && compareKeys(from, to) >= 0);
  const after = query.after === undefined ? undefined : readCursor(index, open.length, query.after);
  const first = after?.[0];
  if (
    first !== undefined &&
    ((from !== undefined && compareKeys(first, from) < 0) || (to !== undefined && compareKeys(first, to) >= 0))
  )
    throw foreignPageToken();
  return { index, equals, open, from, to, descending: query.descending ?? false, limit, after, empty };
}

/** The cursor behind the place that a query of this plan has reached: the values of `open`, and the document's key. */
export function cursorAt(plan: { index: Pick<IndexSpec, "name"> }, key: readonly KeyValue[], id: string): string {
  return Buffer.from(JSON.stringify([plan.index.name, ...key, id])).toString("base64url");
}

/**
 * A cursor behind a key, whether there is a document of that key or not: for queries that fix all fields of an index, so that documents come by their keys.
 * Descending, what follows has lesser keys.
 */
export function cursorBehindKey(index: string, id: string): string {
  return Buffer.from(JSON.stringify([index, id])).toString("base64url");
}

/**
 * The places of a document in what a plan selects, in its order: the values of `open`, then the document's key. One, unless
 * it holds an array where none belongs.
 */
export function placesOf({ index, equals, open, from, to, descending }: Plan, document: Stored): KeyValue[][] {
  const places = keysOf(document, index.fields)
    .filter((key) => equals.every((value, field) => value === key[field]))
    .map((key) => [...key.slice(equals.length), document._id])
    .filter(([first]) => open.length === 0 || first === undefined || isWithin(first, from, to))
    .sort(compareTuples);
  return descending ? places.reverse() : places;
}

function isWithin(key: KeyValue, from: KeyValue | undefined, to: KeyValue | undefined): boolean {
  return (from === undefined || compareKeys(key, from) >= 0) && (to === undefined || compareKeys(key, to) < 0);
}

/** Each document once, where it comes first. */
export function onceEach<T extends Stored>(documents: readonly T[]): T[] {
  const seen = new Set<string>();
  return documents.filter(({ _id }) => !seen.has(_id) && seen.add(_id));
}

function readCursor(index: IndexSpec, openFields: number, cursor: string): KeyValue[] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    parts = undefined;
  }
  const wellFormed =
    Array.isArray(parts) &&
    parts.length === openFields + 2 &&
    parts[0] === index.name &&
    parts.every((part) => typeof part === "string" || typeof part === "number") &&
    typeof parts.at(-1) === "string";
  if (!wellFormed) throw foreignPageToken();
  return (parts as KeyValue[]).slice(1);
}
