import type { KeyValue } from "./port.ts";

/** Compares two key values in index order: numbers by size, before text by its UTF-8 bytes. */
export function compareKeys(a: KeyValue, b: KeyValue): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  return typeof b === "number" ? 1 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Compares two tuples of key values, field by field. A tuple that is a prefix of the other comes first. */
export function compareTuples(a: readonly KeyValue[], b: readonly KeyValue[]): number {
  for (const [place, value] of a.entries()) {
    const other = b[place];
    if (other === undefined) return 1;
    const order = compareKeys(value, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/**
 * The keys under which an index holds a document: one tuple per distinct member of the last field, none where the document
 * lacks a field.
 */
export function keysOf(document: object, fields: readonly string[]): KeyValue[][] {
  const head: KeyValue[] = [];
  for (let place = 0; place < fields.length - 1; place++) {
    const values = valuesAt(document, pathOf(fields[place] as string), 0);
    const [value] = values;
    if (value === undefined || values.length > 1) return [];
    head.push(value);
  }
  const last = valuesAt(document, pathOf(fields.at(-1) as string), 0);
  const distinct = last.length > 1 ? [...new Set(last)] : last;
  return distinct.map((value) => [...head, value]);
}

/** Paths by the texts of declared fields, which the program knows. */
const paths = new Map<string, readonly string[]>();

function pathOf(field: string): readonly string[] {
  const known = paths.get(field) ?? field.split(".");
  paths.set(field, known);
  return known;
}

/** What stands at a path from its part `from` on: several values where it leads through an array. Each write comes here for every index: nothing is made but the answer. */
function valuesAt(value: unknown, path: readonly string[], from: number): KeyValue[] {
  let found = value;
  let place = from;
  while (!Array.isArray(found)) {
    const part = path[place];
    if (part === undefined) return typeof found === "string" || typeof found === "number" ? [found] : [];
    found = member(found, part);
    place++;
  }
  return found.flatMap((entry) => (Array.isArray(entry) ? [] : valuesAt(entry, path, place)));
}

function member(value: unknown, part: string): unknown {
  if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return undefined;
  return (value as Record<string, unknown>)[part];
}
