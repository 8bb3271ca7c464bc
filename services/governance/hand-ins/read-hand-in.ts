import { type Layout, layoutOf, readRow } from "../../document/table/read-row.ts";
import { tableOf } from "../../document/table/read-table.ts";
import { type FileFault, type FileFormat, type TableRow, tooMuch, unreadable } from "../../document/table/table.ts";
import { HAND_IN_COLUMNS, type HandInKind } from "./columns.ts";

/** Rows of a list at most. */
export const MAX_ROWS = 5_000;

/** A list that shall be read. */
export interface HandInJob {
  bytes: Uint8Array;
  format: FileFormat;
  kind: HandInKind;
}

/** What a list holds, or everything that is wrong with it. */
export interface ReadHandIn {
  rows: { row: number; cells: Record<string, string> }[];
  faults: ({ row: number } & FileFault)[];
}

/** Reads a list whole, every cell judged. Refuses (`INVALID_FIELD`, `TOO_LARGE`) what is no table of its columns. */
export async function readHandIn({ bytes, format, kind }: HandInJob): Promise<ReadHandIn> {
  const table = await tableOf(bytes, format);
  let layout: Layout = [];
  const read: ReadHandIn = { rows: [], faults: [] };
  const seen = new Map<string, number>();
  const take = (one: TableRow) => {
    if (read.rows.length >= MAX_ROWS) throw tooMuch("rows", MAX_ROWS, "行数");
    const { row, value = {}, faults = [] } = readRow(one, layout, { texts: format !== "json" });
    read.faults.push(...faults.map((fault) => ({ row, ...fault })));
    const cells = Object.fromEntries(Object.entries(value).filter(([, cell]) => cell !== "")) as Record<string, string>;
    const key = JSON.stringify(Object.entries(cells).toSorted());
    const before = faults.length === 0 ? seen.get(key) : undefined;
    if (before !== undefined) read.faults.push({ row, ...repeated(before) });
    else if (faults.length === 0) seen.set(key, row);
    read.rows.push({ row, cells });
  };
  const header = (names: readonly string[]) => {
    layout = layoutOf(names, HAND_IN_COLUMNS[kind]);
  };
  table.read({ header, row: take });
  if (read.rows.length === 0) throw unreadable("has no rows", "give the list", "没有数据行，请提供清单");
  return read;
}

function repeated(row: number): FileFault {
  const description = `says the same as row ${row}`;
  return { column: "", description, remedy: "leave one of them", localized: `与第${row}行相同，请保留一行` };
}
