import type { Json, JsonObject } from "../../domain/canonical.ts";
import type { Column } from "./column.ts";
import { FILE_LIMITS, type FileFault, LOST_DIGITS, type TableRow, tooMuch, unreadable } from "./table.ts";

/** A row of a file, judged by itself. */
export interface ReadRow {
  row: number;
  /** Code of what it is about; absent where it cannot be told. */
  code?: string;
  /** Members that the row gives, as they are stored; empty ones are empty. Absent where something is wrong with it. */
  value?: JsonObject;
  faults?: FileFault[];
}

/** Which column each place of a row belongs to. */
export type Layout = readonly Column[];

/** Finds the columns by their names. Refuses names that nobody knows, that stand twice, or that are missing. */
export function layoutOf(header: readonly string[], columns: readonly Column[]): Layout {
  if (header.length > FILE_LIMITS.columns) throw tooMuch("columns", FILE_LIMITS.columns, "列数");
  const known = columns.map(({ names }) => `${names.at(-1)} ${names[0]}`).join(", ");
  const layout = header.map((name, index): Column => {
    const column = columns.find(({ member, names }) => member === name || names.includes(name));
    if (column) return column;
    throw unreadable(
      `column ${index + 1}, "${name.slice(0, 60)}", is none of the list`,
      `name columns ${known}, or leave others out`,
      `第${index + 1}列“${name.slice(0, 60)}”不是清单的列，可用列：${known}`,
    );
  });
  const twice = layout.find((column, index) => layout.indexOf(column) !== index);
  if (twice) {
    const name = twice.names.at(-1);
    throw unreadable(`column ${name} stands twice`, "leave one of them", `列“${name}”重复，请保留一列`);
  }
  const missing = columns.filter((column) => column.required && !layout.includes(column));
  if (missing.length === 0) return layout;
  const names = missing.map((column) => `${column.names.at(-1)} ${column.names[0]}`).join(", ");
  throw unreadable(`column ${names} is missing`, "add it", `缺少列：${names}，请补充`);
}

/** Reads a row: every cell is judged, so that all that is wrong is told at once. */
export function readRow({ row, cells }: TableRow, layout: Layout, { texts }: { texts: boolean }): ReadRow {
  const value: JsonObject = {};
  const faults: FileFault[] = [];
  for (const [place, column] of layout.entries()) {
    const judged = judge(cells[place], column, texts);
    if (judged === undefined) continue;
    if ("fault" in judged) faults.push({ column: nameOf(column), ...judged.fault });
    else value[column.member] = judged.value;
  }
  if (cells.slice(layout.length).some((cell) => cell !== "")) faults.push(SURPLUS);
  const code = typeof value.code === "string" ? { code: value.code } : {};
  return faults.length > 0 ? { row, ...code, faults } : { row, ...code, value };
}

const SURPLUS: FileFault = {
  column: "",
  description: "the row has more cells than there are columns",
  remedy: "put cells with commas between quotation marks",
  localized: "该行单元格多于列数，含逗号的单元格请加引号",
};

const EMPTY: Omit<FileFault, "column"> = {
  description: "is empty",
  remedy: "fill it in",
  localized: "为空，请填写",
};

const INEXACT: Omit<FileFault, "column"> = {
  description: "is a number of which the spreadsheet keeps only the first fifteen digits, or with a point",
  remedy: "format the column as text, and write it again",
  localized: "为数值格式，超过15位的数字已丢失，请将该列设为文本后重新填写",
};

/** The value of a cell, what is wrong with it, or `undefined` where the row says nothing of the member. */
function judge(cell: Json | undefined, column: Column, texts: boolean) {
  const empty = texts
    ? (cell ?? "") === ""
    : cell === null || cell === "" || (Array.isArray(cell) && cell.length === 0);
  if (!texts && cell === undefined) return column.required ? { fault: EMPTY } : undefined;
  if (empty) return column.required ? { fault: EMPTY } : { value: "" };
  if (typeof cell === "string" && cell.includes(LOST_DIGITS)) return { fault: INEXACT };
  if (texts && (cell as string).length > FILE_LIMITS.cell) return { fault: LONG };
  const parsed = texts ? column.parse(cell as string) : (cell as Json);
  if (Array.isArray(parsed) && parsed.length === 0) return { value: "" };
  return column.take(parsed);
}

const LONG: Omit<FileFault, "column"> = {
  description: `has more than ${FILE_LIMITS.cell} characters`,
  remedy: "shorten it",
  localized: `超过${FILE_LIMITS.cell}个字符，请缩短`,
};

function nameOf({ names }: Column): string {
  return `${names.at(-1)} ${names[0]}`.trim();
}
