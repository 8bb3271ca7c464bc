import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

const WIDE = /[\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Records as lines of columns under the names that the contract gives them. */
export function table(records: readonly JsonObject[], columns: readonly string[]): string {
  const rows = [columns, ...records.map((record) => columns.map((column) => textOf(memberOf(record, column))))];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ""))));
  return rows
    .map((row) =>
      row
        .map((text, at) => text + " ".repeat((widths[at] ?? 0) - widthOf(text)))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** A member, `content.name` being one within one. */
function memberOf(record: JsonObject, path: string): JsonValue | undefined {
  return path
    .split(".")
    .reduce<JsonValue | undefined>((value, name) => (value as JsonObject | undefined)?.[name], record);
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null || value === "" || value === false) return "-";
  if (Array.isArray(value)) return value.length === 0 ? "-" : value.map(textOf).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Columns on a terminal: characters of East Asia take two. */
function widthOf(text: string): number {
  return [...text].reduce((sum, char) => sum + (WIDE.test(char) ? 2 : 1), 0);
}
