import { refuseArgument } from "../../../services/domain/refusal.ts";

/**
 * Rows of a table in CSV (RFC 4180), as spreadsheets write it: in UTF-8, with its mark or without, or else in GB 18030. Lines that hold
 * nothing are left out; each row comes with the line at which it begins. Throws `INVALID_FIELD` where a quotation mark is not closed.
 */
export function csvRows(bytes: Uint8Array, path: string): { line: number; cells: string[] }[] {
  const text = decoded(bytes);
  const rows: { line: number; cells: string[] }[] = [];
  let [line, begun] = [1, 1];
  let cells: string[] = [];
  let cell = "";
  const endRow = () => {
    cells.push(cell);
    if (cells.some((one) => one !== "")) rows.push({ line: begun, cells });
    [cells, cell] = [[], ""];
  };
  for (const [part] of text.matchAll(/"(?:[^"]|"")*"|\r\n|[\s\S]/gu)) {
    if (part === "\r\n" || part === "\n") {
      endRow();
      line++;
      begun = line;
    } else if (part === ",") {
      cells.push(cell);
      cell = "";
    } else if (part === '"') {
      const description = `第${line}行引号未闭合 · line ${line}: a quotation mark is not closed`;
      throw refuseArgument("INVALID_FIELD", path, description, "close it, or double one that is meant as such");
    } else if (part.length > 1 && part.startsWith('"')) {
      cell += part.slice(1, -1).replaceAll('""', '"');
      line += part.split("\n").length - 1;
    } else cell += part;
  }
  endRow();
  return rows;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}
