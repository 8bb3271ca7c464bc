import type { Json, JsonObject } from "../../domain/canonical.ts";

/** A data item (数据项) as a row: all of its standard stays in it, whether or not the table shows it. */
export interface ItemRow {
  readonly name: string;
  readonly required: boolean;
  /** Its part of the schema, but for what stands in `members`. */
  readonly standard: Json;
  /** Of a group its data items, of a table its columns. */
  readonly members: readonly ItemRow[];
  /** Names that its part of the schema requires and does not define. */
  readonly undefinedNames: readonly string[];
}

/** A data item standard (JSON Schema) as rows, and what stands around them. */
export interface ItemTable {
  readonly frame: JsonObject;
  readonly rows: readonly ItemRow[];
  readonly undefinedNames: readonly string[];
}

/** The rows of a schema. {@link schemaOf} gives the same schema back, in the same order, whatever it says. */
export function tableOf(schema: JsonObject): ItemTable {
  const { properties } = schema;
  if (!isObject(properties)) return { frame: schema, rows: [], undefinedNames: requiredIn(schema) };
  const required = requiredIn(schema);
  const rows = Object.entries(properties).map(([name, standard]) => rowOf(name, standard, required.includes(name)));
  const undefinedNames = required.filter((name) => !Object.hasOwn(properties, name));
  return { frame: { ...schema, properties: {} }, rows, undefinedNames };
}

/** The schema of a table. Rows of one name would be one: {@link sameNames} tells whether there are any. */
export function schemaOf({ frame, rows, undefinedNames }: ItemTable): JsonObject {
  const properties = Object.fromEntries(rows.map((row) => [row.name, standardOf(row)]));
  const schema = rows.length > 0 || isObject(frame.properties) ? { ...frame, properties } : frame;
  const before = requiredIn(frame);
  const wanted = new Set([...rows.filter(({ required }) => required).map(({ name }) => name), ...undefinedNames]);
  const required = [...before.filter((name) => wanted.has(name)), ...[...wanted].filter((n) => !before.includes(n))];
  return required.join("\0") === before.join("\0") ? schema : { ...schema, required };
}

/** The part of the schema that a row stands for. */
export function standardOf({ standard, members, undefinedNames }: ItemRow): Json {
  if (!isObject(standard)) return standard;
  const place = memberPlace(standard);
  if (place === "none") return standard;
  if (place === "itself") return schemaOf({ frame: standard, rows: members, undefinedNames });
  return { ...standard, items: schemaOf({ frame: standard.items as JsonObject, rows: members, undefinedNames }) };
}

/** Names that several rows of one level have, at whatever level. */
export function sameNames(rows: readonly ItemRow[]): string[] {
  const names = rows.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set([...twice, ...rows.flatMap(({ members }) => sameNames(members))])];
}

/** Where a part of a schema has its members: `itself` of a group, its `items` of a table. */
export function memberPlace(standard: JsonObject): "itself" | "items" | "none" {
  if (standard.type === "object" && isObject(standard.properties)) return "itself";
  const { items } = standard;
  const isTable = standard.type === "array" && isObject(items) && items.type === "object" && isObject(items.properties);
  return isTable ? "items" : "none";
}

/** Whether a value is an object, and no list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rowOf(name: string, standard: Json, required: boolean): ItemRow {
  const plain = { name, required, standard, members: [], undefinedNames: [] };
  if (!isObject(standard)) return plain;
  const place = memberPlace(standard);
  if (place === "none") return plain;
  const { frame, rows, undefinedNames } = tableOf(place === "itself" ? standard : (standard.items as JsonObject));
  const around = place === "itself" ? frame : { ...standard, items: frame };
  return { name, required, standard: around, members: rows, undefinedNames };
}

/** What a schema requires; none where it says that in a way that no schema has, which stays as it is. */
function requiredIn({ required }: JsonObject): string[] {
  const isNames = Array.isArray(required) && required.every((name) => typeof name === "string");
  return isNames ? (required as string[]) : [];
}
