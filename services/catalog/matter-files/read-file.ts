import { type Layout, layoutOf, type ReadRow, readRow } from "../../document/table/read-row.ts";
import { tableOf } from "../../document/table/read-table.ts";
import { type FileFormat, unreadable } from "../../document/table/table.ts";
import { CHUNK, packed } from "./chunk.ts";
import { DIRECTORY_COLUMNS, LIST_COLUMNS } from "./columns.ts";

/** A file that shall be read. */
export interface FileJob {
  bytes: Uint8Array;
  format: FileFormat;
  target: "list" | "directory";
}

/** What a file holds. */
export interface ReadFile {
  rows: number;
  /** {@link ReadRow}s, in pieces that are worked on one by one: see {@link rowsIn}. */
  chunks: Uint8Array<ArrayBuffer>[];
  /** Codes that stand in several rows, with the first of these. */
  repeated: Record<string, number[]>;
  encoding?: string;
}

/** Rows that are told of a code that stands in several. */
const TOLD = 5;

/** Reads a file whole. Refuses (`INVALID_FIELD`, `TOO_LARGE`) what is no table of the columns; what is wrong with single rows stands in these. */
export async function readFile({ bytes, format, target }: FileJob): Promise<ReadFile> {
  const table = await tableOf(bytes, format);
  const columns = target === "list" ? LIST_COLUMNS : DIRECTORY_COLUMNS;
  const places = new Map<string, number | number[]>();
  const read: ReadFile = { rows: 0, chunks: [], repeated: {}, ...(table.encoding && { encoding: table.encoding }) };
  let layout: Layout = [];
  let [lines, size] = [[] as string[], 0];
  const cut = () => {
    if (lines.length > 0) read.chunks.push(packed(lines));
    [lines, size] = [[], 0];
  };
  table.read({
    header(names) {
      layout = layoutOf(names, columns);
    },
    row(one) {
      const row = readRow(one, layout, { texts: format !== "json" });
      notePlace(places, row);
      const line = JSON.stringify(row);
      if (lines.length === CHUNK.rows || size + line.length > CHUNK.bytes) cut();
      lines.push(line);
      size += line.length;
      read.rows += 1;
    },
  });
  cut();
  if (read.rows === 0) throw unreadable("has no rows", "give the list", "没有数据行，请提供清单");
  for (const [code, rows] of places) if (typeof rows !== "number") read.repeated[code] = rows;
  return read;
}

function notePlace(places: Map<string, number | number[]>, { code, row }: ReadRow): void {
  if (code === undefined) return;
  const before = places.get(code);
  if (before === undefined) places.set(code, row);
  else if (typeof before === "number") places.set(code, [before, row]);
  else if (before.length < TOLD) before.push(row);
}
