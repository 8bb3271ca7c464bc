import { csvTable } from "./csv-table.ts";
import { jsonTable } from "./json-table.ts";
import type { FileFormat, Table } from "./table.ts";
import { xlsxTable } from "./xlsx-table.ts";

/** Reads a file as a table. Refuses (`INVALID_FIELD`, `TOO_LARGE`) what is none. */
export function tableOf(bytes: Uint8Array, format: FileFormat): Table | Promise<Table> {
  if (format === "csv") return csvTable(bytes);
  return format === "xlsx" ? xlsxTable(bytes) : jsonTable(bytes);
}
