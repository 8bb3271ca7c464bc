import { readSheet } from "read-excel-file/universal";
import { FILE_LIMITS, LOST_DIGITS, type Table, tooMuch, unreadable } from "./table.ts";
import { plainWorkbook } from "./xlsx-package.ts";

/** A number that a spreadsheet keeps exactly: of longer ones it has lost digits. */
const WHOLE = /^\d{1,15}$/;

/** Reads the first sheet of a workbook, with its first row as names. Refuses what is none. */
export async function xlsxTable(bytes: Uint8Array): Promise<Table> {
  const rows = await sheetOf(plainWorkbook(bytes));
  if (rows.length > FILE_LIMITS.rows + 1) throw tooMuch("rows", FILE_LIMITS.rows, "行数");
  const [header = [], ...body] = rows;
  return {
    read(reader) {
      reader.header(header.map(textOf));
      for (const [index, cells] of body.entries()) {
        const texts = cells.map(textOf);
        if (texts.some((text) => text !== "")) reader.row({ row: index + 2, cells: texts });
      }
    },
  };
}

async function sheetOf(workbook: ArrayBuffer): Promise<unknown[][]> {
  try {
    // As the file has them: a number of eighteen digits is no number, and nothing is trimmed in silence.
    return await readSheet(workbook, undefined, { trim: false, parseNumber: exactly });
  } catch {
    throw unreadable(
      "its first sheet cannot be read",
      "save it as .xlsx with the list in its first sheet",
      "第一个工作表无法读取，请将清单放在第一个工作表并另存为.xlsx",
    );
  }
}

function exactly(number: string): string {
  return WHOLE.test(number) ? number : LOST_DIGITS;
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return String(cell);
}
