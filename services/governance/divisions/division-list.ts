import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { isCivilDate } from "../../domain/civil-date.ts";
import type { DivisionRow } from "../../domain/division-history.ts";
import { Refusal } from "../../domain/refusal.ts";

/** A list of divisions with its source and the day for which it holds. */
export interface DivisionList {
  source: string;
  sourceDate: string;
  rows: DivisionRow[];
}

/** The list that is shipped: Guangdong, its 21 cities, 122 counties and their towns. */
export const SHIPPED_DIVISIONS = join(import.meta.dirname, "guangdong-2023.csv");

/** Rows of one list at most, and its bytes. */
export const MAX_ROWS = 5_000;
const MAX_BYTES = 1 << 20;

const COLUMNS = ["code", "name", "from", "until", "successor", "body"] as const;

/**
 * Reads a list: UTF-8 CSV with a line `# source: …`, a line `# date: yyyy-MM-dd`, a line of names (`code` and `name`; `from`, `until`,
 * `successor`, `body` where needed) and a row for each division. What the rows say is judged by who takes them. Throws `INVALID_FIELD` or `TOO_LARGE`,
 * naming the file.
 */
export function readDivisionList(path: string): DivisionList {
  const bytes = readBytes(path);
  if (bytes.length > MAX_BYTES) throw new Refusal("TOO_LARGE", `${path} has more than ${MAX_BYTES} bytes`);
  const text = bytes.toString("utf8");
  if (text.includes("\uFFFD")) throw fault(path, "is no UTF-8: save it as CSV UTF-8");
  const head = (name: string) => new RegExp(`^# ${name}: (.+?)\\s*$`, "m").exec(text)?.[1] ?? "";
  const [source, sourceDate] = [head("source"), head("date")];
  if (source === "" || source.length > 200) throw fault(path, "has no line `# source: …` of 1 to 200 characters");
  if (!isCivilDate(sourceDate)) throw fault(path, "has no line `# date: yyyy-MM-dd`");
  const records = recordsOf(path, text);
  if (records.length > MAX_ROWS) throw new Refusal("TOO_LARGE", `${path} has more than ${MAX_ROWS} rows`);
  return { source, sourceDate, rows: records };
}

function recordsOf(path: string, text: string): DivisionRow[] {
  let cells: string[][];
  try {
    cells = parse(text, { bom: true, comment: "#", comment_no_infix: true, trim: true, skip_empty_lines: true });
  } catch (cause) {
    throw fault(path, `is no CSV: ${(cause as Error).message}`);
  }
  const [columns = [], ...rows] = cells;
  const unknown = columns.find((name) => !COLUMNS.includes(name as never));
  if (unknown !== undefined) throw fault(path, `has a column ${unknown}; there are ${COLUMNS.join(", ")}`);
  if (!columns.includes("code") || !columns.includes("name")) throw fault(path, "lacks the columns code and name");
  if (rows.length === 0) throw fault(path, "has no rows");
  return rows.map((row) => {
    const cell = (name: (typeof COLUMNS)[number]) => row[columns.indexOf(name)] ?? "";
    const [code, name, from] = [cell("code"), cell("name"), cell("from")];
    return { code, name, from, until: cell("until"), successor: cell("successor"), body: cell("body") };
  });
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw fault(path, `cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

function fault(path: string, what: string): Refusal {
  return new Refusal("INVALID_FIELD", `${path} ${what}`, { metadata: { file: path } });
}
