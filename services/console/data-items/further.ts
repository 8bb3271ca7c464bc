import type { Json, JsonObject } from "../../domain/canonical.ts";
import { boundsOf, kindOf } from "./item-kind.ts";
import { type ItemRow, type ItemTable, isObject } from "./item-table.ts";

/** Keywords that stand in the rows, or in what is around them. */
const MEMBERS = ["type", "properties", "required"] as const;

/** What a row says that no column shows, to be read and edited as text. Of what is no object at all: the value itself. */
export function furtherOf(row: ItemRow): Json {
  if (!isObject(row.standard)) return row.standard;
  const further = without(row.standard, shownOf(row));
  if (kindOf(row) !== "table") return further;
  const columns = without(row.standard.items as JsonObject, MEMBERS);
  return Object.keys(columns).length > 0 ? { ...further, items: columns } : further;
}

/** A row that says this beside its columns, and nothing else. What its columns show stays as it is. */
export function sayingFurther(row: ItemRow, further: Json): ItemRow {
  if (!isObject(further)) return { ...row, standard: further, members: [], undefinedNames: [] };
  const standard = isObject(row.standard) ? row.standard : {};
  const shown = only(standard, shownOf(row));
  if (kindOf(row) !== "table") return { ...row, standard: { ...shown, ...without(further, shownOf(row)) } };
  const columns = isObject(further.items) ? without(further.items, MEMBERS) : {};
  const items = { ...only(standard.items as JsonObject, MEMBERS), ...columns };
  return { ...row, standard: { ...shown, ...without(further, shownOf(row)), items } };
}

/** What a standard says beside its rows. */
export function furtherOfTable({ frame }: ItemTable): JsonObject {
  return without(frame, MEMBERS);
}

/** A table whose standard says this beside its rows, and nothing else. */
export function tableSayingFurther(table: ItemTable, further: JsonObject): ItemTable {
  return { ...table, frame: { ...only(table.frame, MEMBERS), ...without(further, MEMBERS) } };
}

/** Keywords that columns show, by what a row is. */
function shownOf(row: ItemRow): readonly string[] {
  const common = ["title", "description", ...(boundsOf(row) ?? [])];
  switch (kindOf(row)) {
    case "other":
      return ["title", "description"];
    case "choice":
      return [...common, "type", "enum"];
    case "date":
      return [...common, "type", "format"];
    case "group":
      return [...common, ...MEMBERS];
    case "table":
      return [...common, "type", "items"];
    default:
      return [...common, "type"];
  }
}

function without(value: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([keyword]) => !keywords.includes(keyword)));
}

function only(value: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([keyword]) => keywords.includes(keyword)));
}
