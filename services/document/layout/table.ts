import { refuseField } from "../../domain/refusal.ts";
import { bindList, bindSource, fieldName } from "../bind.ts";
import type { FaceSource } from "../face-source.ts";
import type { FontLibrary } from "../font/library.ts";
import { rectPath } from "../path.ts";
import type { TableColumn, TableElement } from "../template.ts";
import { placeText } from "./place-text.ts";
import type { PlacedPath, PlacedShape } from "./placed.ts";

/** Room between a text and the lines beside it, and above and below it, in mm. */
const PADDING = { side: 1, line: 0.3 };

/** The row of titles of a table. Nothing where it has none. */
export function placeHeader(table: TableElement, at: string, fonts: FontLibrary): PlacedShape[] {
  const { header, box } = table;
  if (header === undefined) return [];
  const [left, top, width] = box;
  const ground: PlacedPath[] =
    header.fill === undefined
      ? []
      : [{ kind: "path", path: rectPath(left, top, width, header.height), fill: header.fill }];
  const titles = cells(table).flatMap(({ column, x, index }) => {
    const style = {
      box: inner(x, top, column.width, header.height),
      size: header.size,
      font: header.font ?? ("bold" as const),
      align: "center" as const,
      valign: "middle" as const,
      ...(header.color !== undefined && { color: header.color }),
    };
    return placeText({ text: column.title ?? "", style, field: `${at}.columns[${index}].title`, bound: false }, fonts);
  });
  return [...ground, ...lines(table, top, [header.height]), ...titles];
}

/** The rows of a table. Throws `DATA_INVALID`, naming list or cell, for what does not fit. */
export function placeRows(table: TableElement, message: FaceSource, fonts: FontLibrary): PlacedShape[] {
  const rows = bindList(table.source, message);
  if (rows.length === 0) return [];
  const height = rowHeight(table, rows.length);
  const most = mostRows(table);
  if (rows.length > most) {
    throw refuseField(
      "DATA_INVALID",
      fieldName(table.source),
      `has ${rows.length} rows, but the face shows at most ${most}`,
      "split the list, or use another template",
      `有${rows.length}行，照面最多显示${most}行，请拆分，或换用其他模板`,
    );
  }
  const top = table.box[1] + headerHeight(table);
  const texts = rows.flatMap((_, row) =>
    cells(table).flatMap(({ column, x }) => {
      const source = `${table.source}[${row}].${column.source}`;
      const number = column.source === "#";
      const style = {
        ...column,
        valign: column.valign ?? "middle",
        box: inner(x, top + row * height, column.width, height),
      };
      const text = number ? String(row + 1) : bindSource({ ...column, source }, message);
      const field = fieldName(number ? `${table.source}[${row}]` : source);
      return placeText({ text, style, field, bound: true, ...(!number && { sources: [field] }) }, fonts);
    }),
  );
  return [...lines(table, top, new Array<number>(rows.length).fill(height)), ...texts];
}

/** The most rows that a table shows, each as low as it may be. */
export function mostRows(table: TableElement): number {
  // Sums of decimals may be off by a thousandth of a mm.
  return Math.floor((table.box[3] - headerHeight(table)) / ((table.minRowHeight ?? table.rowHeight) - 0.001));
}

/** The place of the text of a column, in the first of so many rows. */
export function cellBox(table: TableElement, index: number, rows: number): [number, number, number, number] {
  const { x, column } = cells(table)[index] as ReturnType<typeof cells>[number];
  return inner(x, table.box[1] + headerHeight(table), column.width, rowHeight(table, Math.max(rows, 1)));
}

function headerHeight({ header }: TableElement): number {
  return header?.height ?? 0;
}

function rowHeight(table: TableElement, rows: number): number {
  return Math.min(table.rowHeight, (table.box[3] - headerHeight(table)) / rows);
}

function cells(table: TableElement): { column: TableColumn; x: number; index: number }[] {
  let x = table.box[0];
  return table.columns.map((column, index) => {
    const cell = { column, x, index };
    x += column.width;
    return cell;
  });
}

function inner(x: number, y: number, width: number, height: number): [number, number, number, number] {
  return [x + PADDING.side, y + PADDING.line, Math.max(width - 2 * PADDING.side, 0.1), height - 2 * PADDING.line];
}

/** Lines round the cells of rows with these heights, as one path. */
function lines(
  { box, columns, stroke, strokeWidth }: TableElement,
  top: number,
  heights: readonly number[],
): PlacedPath[] {
  if (stroke === undefined) return [];
  const [left, , width] = box;
  const bottom = top + heights.reduce((sum, height) => sum + height, 0);
  const coords: number[] = [];
  let y = top;
  for (const height of [...heights, 0]) {
    coords.push(left, y, left + width, y);
    y += height;
  }
  let x = left;
  for (const column of [...columns, undefined]) {
    coords.push(x, top, x, bottom);
    x += column?.width ?? 0;
  }
  return [
    { kind: "path", path: { ops: "ML".repeat(coords.length / 4), coords }, stroke, strokeWidth: strokeWidth ?? 0.25 },
  ];
}
