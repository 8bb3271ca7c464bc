import type { Json } from "../../domain/canonical.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";

/** What a file may hold at most, whatever its form. */
export const FILE_LIMITS = {
  /** Bytes of the file. */
  bytes: 64 << 20,
  /** Rows below the names of the columns. */
  rows: 200_000,
  columns: 40,
  /** Characters of a cell. */
  cell: 20_000,
  /** Bytes of a workbook, unpacked: a sheet of texts is some ten times as large as its file. */
  unpacked: 64 << 20,
} as const;

/** What stands for a number of which a spreadsheet has lost digits: no text holds it. */
export const LOST_DIGITS = "\u0000";

/** Forms of file. */
export type FileFormat = "csv" | "xlsx" | "json";

/** A row as the file has it: texts of a table, values of a JSON list. */
export interface TableRow {
  /** Its place as people count: line of a CSV, row of a sheet, place in a list. */
  row: number;
  cells: readonly Json[];
}

/** A file as a table. Its rows are handed on one by one as they are read: a large file is never held as rows. */
export interface Table {
  /** How a CSV is written. */
  encoding?: string;
  /** Reads it once: the names of its columns, as the file spells them, then each row. Throws what these throw, and what makes it no table. */
  read(reader: TableReader): void;
}

/** Who is told of a table. */
export interface TableReader {
  header(names: readonly string[]): void;
  row(row: TableRow): void;
}

/** Something that is wrong with a file or a cell of it: what, what to do, and both in Chinese. */
export type FileFault = Omit<FieldViolation, "field"> & { column: string };

/** The refusal of a file as a whole. */
export function unreadable(description: string, remedy: string, localized: string): Refusal {
  return new Refusal("INVALID_FIELD", `file: ${description}`, {
    fields: [{ field: "file", description, remedy, localized }],
  });
}

/** The refusal of a file that is larger than it may be. */
export function tooMuch(what: string, most: number, localized: string): Refusal {
  const description = `has more than ${most} ${what}`;
  const fields = [
    {
      field: "file",
      description,
      remedy: "cut it into several files",
      localized: `${localized}超过${most}，请拆分文件`,
    },
  ];
  return new Refusal("TOO_LARGE", `file: ${description}`, { fields });
}
