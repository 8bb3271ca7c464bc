import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** A data item for people: what it is called, and its value as a text. */
export interface DataRow {
  readonly name: string;
  readonly title: string;
  readonly value: string;
}

/** Data items in the order and by the titles of their standard (JSON Schema); what that does not know comes last, by its name. */
export function dataRows(data: JsonObject, schemaJson: string): DataRow[] {
  const titles = titlesOf(schemaJson);
  const known = [...titles.keys()].filter((name) => name in data);
  const others = Object.keys(data).filter((name) => !titles.has(name));
  return [...known, ...others].map((name) => ({
    name,
    title: titles.get(name) ?? name,
    value: valueText(data[name] ?? null),
  }));
}

/** Titles of data items, by their names, in their order; none of what is no standard. */
export function titlesOf(schemaJson: string): Map<string, string> {
  try {
    const { properties = {} } = JSON.parse(schemaJson) as { properties?: Record<string, { title?: string }> };
    return new Map(Object.entries(properties).map(([name, { title }]) => [name, title ?? name]));
  } catch {
    return new Map();
  }
}

function valueText(value: JsonValue): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "是" : "否";
  if (Array.isArray(value)) return value.map(valueText).join("；");
  if (typeof value === "object") return Object.values(value).map(valueText).join("，");
  return String(value);
}
