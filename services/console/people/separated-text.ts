/** A row of a table that was pasted or read from a file. */
export interface TableRow {
  /** Line of the text on which it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads a table as spreadsheets write it: CSV (RFC 4180), or with tabs where its first line has one, as what is copied from a spreadsheet has. Cells in
 * quotation marks may hold the separator, marks (doubled) and lines. Rows without any content are left out. Absent where a mark has no partner.
 */
export function readTable(text: string): TableRow[] | undefined {
  const separator = /^[^\n"]*\t/.test(text) ? "\t" : ",";
  const rows: TableRow[] = [];
  let [line, begun, cell, quoted] = [1, 1, "", false];
  let cells: string[] = [];
  const endRow = () => {
    cells.push(cell.trim());
    if (cells.some((one) => one !== "")) rows.push({ line: begun, cells });
    [cells, cell] = [[], ""];
  };
  const plain = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  for (let at = 0; at < plain.length; at++) {
    const letter = plain.charAt(at);
    if (letter === "\n") line++;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (plain.charAt(at + 1) === '"') cell += plain.charAt(++at);
      else quoted = false;
    } else if (letter === '"' && cell.trim() === "") [quoted, cell] = [true, ""];
    else if (letter === separator) [cells, cell] = [[...cells, cell.trim()], ""];
    else if (letter === "\n") {
      endRow();
      begun = line;
    } else cell += letter;
  }
  if (quoted) return undefined;
  endRow();
  return rows;
}
