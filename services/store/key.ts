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
  for (const field of fields.slice(0, -1)) {
    const values = valuesAt(document, field.split("."));
    const [value] = values;
    if (value === undefined || values.length > 1) return [];
    head.push(value);
  }
  const last = fields.at(-1) as string;
  return [...new Set(valuesAt(document, last.split(".")))].map((value) => [...head, value]);
}

function valuesAt(value: unknown, path: readonly string[]): KeyValue[] {
  if (Array.isArray(value)) return value.flatMap((entry) => (Array.isArray(entry) ? [] : valuesAt(entry, path)));
  const [part, ...rest] = path;
  if (part !== undefined) return valuesAt(member(value, part), rest);
  return typeof value === "string" || typeof value === "number" ? [value] : [];
}

function member(value: unknown, part: string): unknown {
  if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return undefined;
  return (value as Record<string, unknown>)[part];
}
