import { isUtf8 } from "node:buffer";
import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import { FILE_LIMITS, type Table, type TableReader, tooMuch, unreadable } from "./table.ts";

/** What a record may hold: some full cells. */
const RECORD = 10 * FILE_LIMITS.cell;

/** What the library calls an unclosed or misplaced quotation mark. */
const QUOTES = new Set(["CSV_QUOTE_NOT_CLOSED", "INVALID_OPENING_QUOTE", "CSV_INVALID_CLOSING_QUOTE"]);

/** A table in CSV (RFC 4180), with its first row as names. Refuses what is none, with the line. */
export function csvTable(bytes: Uint8Array): Table {
  const { utf8, encoding } = recoded(bytes);
  return { encoding, read: (reader) => readCsv(utf8, reader) };
}

function readCsv(utf8: Uint8Array, { header, row: tell }: TableReader): void {
  let [ended, rows] = [0, -1];
  const onRecord = (cells: string[], { lines }: { lines: number }) => {
    // A cell may hold line feeds: the row is named by the line on which it begins.
    const row = Math.max(ended + 1, lines - cells.reduce((feeds, cell) => feeds + feedsIn(cell), 0));
    ended = lines;
    rows += 1;
    if (rows > FILE_LIMITS.rows) throw tooMuch("rows", FILE_LIMITS.rows, "行数");
    if (rows === 0) header(cells);
    else tell({ row, cells });
    return null;
  };
  try {
    parse(utf8, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: RECORD,
      on_record: onRecord,
    });
  } catch (error) {
    throw error instanceof CsvError ? refusalOf(error, ended + 1) : error;
  }
  if (rows < 0) header([]);
}

function feedsIn(cell: string): number {
  return cell.includes("\n") ? cell.split("\n").length - 1 : 0;
}

function refusalOf({ code }: CsvError, line: number) {
  if (code === "CSV_MAX_RECORD_SIZE")
    return tooMuch(`characters in the row of line ${line}`, RECORD, `第${line}行字符数`);
  const what = QUOTES.has(code) ? "a quotation mark is not closed or stands where none may" : "it is no CSV";
  const chinese = QUOTES.has(code) ? "引号未闭合或位置不对" : "不是CSV";
  const remedy =
    "put cells with quotation marks, commas or line feeds between quotation marks, and double those in them";
  return unreadable(
    `line ${line}: ${what}`,
    remedy,
    `第${line}行${chinese}，含引号、逗号、换行的单元格请加引号，其中的引号写两个`,
  );
}

/** A file in UTF-8: as it is where it is that, else by its mark, else of GB 18030, of which GBK is a part. */
function recoded(bytes: Uint8Array): { utf8: Uint8Array; encoding: string } {
  if (isUtf8(bytes)) return { utf8: bytes, encoding: "utf-8" };
  const encoding = markedEncoding(bytes) ?? "gb18030";
  try {
    return { utf8: Buffer.from(new TextDecoder(encoding, { fatal: true }).decode(bytes)), encoding };
  } catch {
    throw unreadable(
      "is neither UTF-8, UTF-16 with its mark, nor GB 18030 (GBK)",
      "save it as CSV UTF-8",
      "编码既不是UTF-8、带标记的UTF-16，也不是GB18030（GBK），请另存为“CSV UTF-8”",
    );
  }
}

function markedEncoding([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}
