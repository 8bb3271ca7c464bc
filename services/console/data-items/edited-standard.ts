import type { JsonObject } from "../../domain/canonical.ts";
import { type ItemTable, isObject, sameNames, schemaOf, tableOf } from "./item-table.ts";

/** A data item standard while it is edited: as a table, or as the text of its schema. */
export type EditedStandard = { readonly table: ItemTable } | { readonly text: string };

/** A standard to edit: as a table where it is an object at all. */
export function openedStandard(schemaJson: string): EditedStandard {
  const schema = objectIn(schemaJson);
  return schema ? { table: tableOf(schema) } : { text: schemaJson };
}

/** The text of a standard. `before`: the text that it was opened from, which is given back where nothing was changed. */
export function writtenStandard(edited: EditedStandard, before: string): string {
  if ("text" in edited) return edited.text;
  const schema = JSON.stringify(schemaOf(edited.table));
  return schema === JSON.stringify(objectIn(before)) ? before : schema;
}

/** A standard as text that people read. */
export function asText(edited: EditedStandard): EditedStandard {
  return "text" in edited ? edited : { text: JSON.stringify(schemaOf(edited.table), null, 2) };
}

/** Names of which a table has two, so that it cannot be written down without losing one. */
export function faultsOf(edited: EditedStandard): string[] {
  return "text" in edited ? [] : sameNames(edited.table.rows);
}

/** The object that a text holds; absent where it holds none. */
export function objectIn(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
