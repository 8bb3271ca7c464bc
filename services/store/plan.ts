import { type Refusal, refuseField } from "../domain/refusal.ts";
import { compareKeys, holdsArray, keysOf } from "./key.ts";
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
  const mixed = from !== undefined && to !== undefined && typeof from !== typeof to;
  const empty = mixed || (from !== undefined && to !== undefined && compareKeys(from, to) >= 0);
  const after = query.after === undefined ? undefined : readCursor(index, open.length, query.after);
  const first = after?.[0];
  if (
    first !== undefined &&
    ((from !== undefined && compareKeys(first, from) < 0) || (to !== undefined && compareKeys(first, to) >= 0))
  )
    throw foreignCursor();
  return { index, equals, open, from, to, descending: query.descending ?? false, limit, after, empty };
}

/** The cursor behind a document that a query of this plan returned. Throws where the order is not promised. */
export function cursorBehind(plan: Plan, document: Stored): string {
  const [key = []] = keysOf(document, plan.index.fields);
  const place = [plan.index.name, ...key.slice(plan.equals.length), document._id];
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** Throws if a page was ordered by a field that holds an array in one of its documents: a programmer's error. */
export function assertOrdered(plan: Plan, documents: readonly Stored[]): void {
  const last = plan.open.at(-1);
  if (last === undefined || !documents.some((document) => holdsArray(document, last))) return;
  throw new Error(`index ${plan.index.name}: "${last}" holds an array and must be fixed by equals`);
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
  if (!wellFormed) throw foreignCursor();
  return (parts as KeyValue[]).slice(1);
}

function foreignCursor(): Refusal {
  return refuseField("INVALID_FIELD", "page_token", "is not a cursor of this list", "start over without it");
}
