import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import { FILE_LIMITS, type Table, type TableRow, tooMuch, unreadable } from "./table.ts";

/** What a record may hold: some full cells. */
const RECORD = 10 * FILE_LIMITS.cell;

/** What the library calls an unclosed or misplaced quotation mark. */
const QUOTES = new Set(["CSV_QUOTE_NOT_CLOSED", "INVALID_OPENING_QUOTE", "CSV_INVALID_CLOSING_QUOTE"]);

/** Reads a table in CSV (RFC 4180), with its first row as names. Refuses what is none, with the line. */
export function csvTable(bytes: Uint8Array): Table {
  const { text, encoding } = decoded(bytes);
  const rows: TableRow[] = [];
  let ended = 0;
  const onRecord = (cells: string[], { lines }: { lines: number }) => {
    // A cell may hold line feeds: the row is named by the line on which it begins.
    const row = Math.max(ended + 1, lines - cells.reduce((feeds, cell) => feeds + feedsIn(cell), 0));
    ended = lines;
    if (rows.length > FILE_LIMITS.rows) throw tooMuch("rows", FILE_LIMITS.rows, "行数");
    rows.push({ row, cells });
    return null;
  };
  try {
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: RECORD,
      on_record: onRecord,
    });
  } catch (error) {
    throw error instanceof CsvError ? refusalOf(error, ended + 1) : error;
  }
  const [header, ...body] = rows;
  return { header: (header?.cells ?? []).map(String), rows: body, encoding };
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

/** The text of a file: by its mark, else UTF-8 where it is that, else GB 18030, of which GBK is a part. */
function decoded(bytes: Uint8Array): { text: string; encoding: string } {
  for (const encoding of encodingsOf(bytes)) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
    } catch {
      // The next, or told below.
    }
  }
  throw unreadable(
    "is neither UTF-8, UTF-16 with its mark, nor GB 18030 (GBK)",
    "save it as CSV UTF-8",
    "编码既不是UTF-8、带标记的UTF-16，也不是GB18030（GBK），请另存为“CSV UTF-8”",
  );
}

function encodingsOf([first, second]: Uint8Array): string[] {
  if (first === 0xff && second === 0xfe) return ["utf-16le"];
  if (first === 0xfe && second === 0xff) return ["utf-16be"];
  return ["utf-8", "gb18030"];
}
