import { refuseField } from "../../domain/refusal.ts";
import type { FontLibrary } from "../font/library.ts";
import type { PlacedShape } from "../layout/placed.ts";
import type { Block, PictureBlock, Report, Table } from "./block.ts";
import { pitchOf, placeLine, type SetLines, type Setting, setLines } from "./lines.ts";
import { linePath } from "./rule.ts";

/** A4, mm, and what is written on: 26 mm at the sides, as official documents have it (GB/T 9704). */
export const PAGE = { width: 210, height: 297 };
const AREA = { left: 26, right: 184, top: 32, bottom: 270 };
const WIDTH = AREA.right - AREA.left;
const HEAD_AT = 20;
const FOOT_AT = 278;

const TITLE: Setting = { font: "bold", size: 20, align: "center", lineHeight: 1.5 };
const HEADING: Setting = { font: "bold", size: 13, align: "left", lineHeight: 1.6 };
const BODY: Setting = { font: "regular", size: 11, align: "justify", lineHeight: 1.7 };
const CAPTION: Setting = { font: "bold", size: 10, align: "center", lineHeight: 1.5 };
const CELL: Setting = { font: "regular", size: 9, align: "left", lineHeight: 1.35 };
const HEAD: Setting = { ...CELL, font: "bold", align: "center" };
const SMALL: Setting = { font: "regular", size: 8, align: "center", lineHeight: 1.4, color: "#606060" };

/** Room inside a cell, mm. */
const PADDING = { x: 1.2, y: 1 };
const GAP = 4;

/** Pages while they are filled from the top. */
interface Pages {
  all: PlacedShape[][];
  /** Where the next thing begins on the last page. */
  y: number;
}

/** Lays a report out on pages. Throws `GLYPH_MISSING` for characters that no font has, naming the block. */
export function layOutReport(report: Report, fonts: FontLibrary): PlacedShape[][] {
  const pages: Pages = { all: [[]], y: AREA.top };
  flow(pages, setLines(report.title, WIDTH, TITLE, "title", fonts), fonts);
  pages.y += GAP;
  report.blocks.forEach((block, index) => {
    place(pages, block, `blocks[${index}]`, fonts);
  });
  for (const [index, page] of pages.all.entries()) page.push(...frame(report, index + 1, pages.all.length, fonts));
  return pages.all;
}

function place(pages: Pages, block: Block, field: string, fonts: FontLibrary): void {
  if (block.kind === "heading") placeHeading(pages, block.text, field, fonts);
  else if (block.kind === "picture") placePicture(pages, block, field, fonts);
  else if (block.kind === "table") placeTable(pages, block, field, fonts);
  else flow(pages, setLines(`　　${block.text}`, WIDTH, BODY, field, fonts), fonts);
}

/** Never the last thing of a page. */
function placeHeading(pages: Pages, text: string, field: string, fonts: FontLibrary): void {
  const set = setLines(text, WIDTH, HEADING, field, fonts);
  need(pages, set.lines.length * pitchOf(HEADING) + 3 * pitchOf(BODY));
  pages.y += GAP / 2;
  flow(pages, set, fonts);
}

/** As wide as the text, unless it would be higher than a page. */
function placePicture(pages: Pages, { picture, title }: PictureBlock, field: string, fonts: FontLibrary): void {
  const caption = setLines(title, WIDTH, CAPTION, field, fonts);
  const below = caption.lines.length * pitchOf(CAPTION);
  const scale = Math.min(WIDTH / picture.width, (AREA.bottom - AREA.top - below) / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  need(pages, height + below);
  const x = AREA.left + (WIDTH - width) / 2;
  last(pages).push({ kind: "image", x, y: pages.y, width, height, image: picture, field });
  pages.y += height;
  flow(pages, caption, fonts);
  pages.y += GAP;
}

/** Lines one after the other, over as many pages as they take. */
function flow(pages: Pages, set: SetLines, fonts: FontLibrary): void {
  const pitch = pitchOf(set.setting);
  for (const index of set.lines.keys()) {
    need(pages, pitch);
    last(pages).push(...placeLine(set, index, { x: AREA.left, y: pages.y }, fonts));
    pages.y += pitch;
  }
}

/** Begins a page where so many mm are not left on the last one. */
function need(pages: Pages, height: number): void {
  if (pages.y + height <= AREA.bottom || pages.y === AREA.top) return;
  pages.all.push([]);
  pages.y = AREA.top;
}

function last(pages: Pages): PlacedShape[] {
  return pages.all.at(-1) as PlacedShape[];
}

/** A row of a table, set, and how high it is. */
interface Row {
  cells: SetLines[];
  height: number;
}

function placeTable(pages: Pages, { title, columns, rows }: Table, field: string, fonts: FontLibrary): void {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (WIDTH * share) / shares);
  const row = (texts: readonly string[], setting: (column: number) => Setting): Row => {
    const cells = widths.map((width, at) =>
      setLines(texts[at] ?? "", width - 2 * PADDING.x, setting(at), field, fonts),
    );
    const heights = cells.map(
      ({ lines, setting: { size, lineHeight } }) => lines.length * pitchOf({ ...CELL, size, lineHeight }),
    );
    return { cells, height: Math.max(pitchOf(CELL), ...heights) + 2 * PADDING.y };
  };
  const head = row(
    columns.map((column) => column.title),
    () => HEAD,
  );
  const caption = setLines(title, WIDTH, CAPTION, field, fonts);
  const [first] = rows;
  const firstHeight = first ? row(first, () => CELL).height : 0;
  need(pages, caption.lines.length * pitchOf(CAPTION) + head.height + firstHeight);
  flow(pages, caption, fonts);
  placeRow(pages, head, widths, fonts);
  for (const [index, texts] of rows.entries()) {
    const set = row(texts, (at) => ({ ...CELL, align: columns[at]?.align ?? "left" }));
    requireRoom(set.height + head.height, `${field}.rows[${index}]`);
    if (pages.y + set.height > AREA.bottom) {
      pages.all.push([]);
      pages.y = AREA.top;
      placeRow(pages, head, widths, fonts);
    }
    placeRow(pages, set, widths, fonts);
  }
  pages.y += GAP;
}

/** A row is not cut in two: one that no page has room for is refused. */
function requireRoom(height: number, field: string): void {
  if (height <= AREA.bottom - AREA.top) return;
  const localized = "该行内容超出一页，请缩短";
  throw refuseField("TOO_LARGE", field, "has more text than a page has room for", "shorten it", localized);
}

function placeRow(pages: Pages, { cells, height }: Row, widths: readonly number[], fonts: FontLibrary): void {
  const page = last(pages);
  let x = AREA.left;
  for (const [at, set] of cells.entries()) {
    const width = widths[at] as number;
    const pitch = pitchOf(set.setting);
    const top = pages.y + (height - set.lines.length * pitch) / 2;
    for (const index of set.lines.keys())
      page.push(...placeLine(set, index, { x: x + PADDING.x, y: top + index * pitch }, fonts));
    page.push(linePath([x, pages.y, x, pages.y + height]));
    x += width;
  }
  page.push(linePath([x, pages.y, x, pages.y + height]));
  page.push(linePath([AREA.left, pages.y, AREA.right, pages.y]));
  page.push(linePath([AREA.left, pages.y + height, AREA.right, pages.y + height]));
  pages.y += height;
}

/** What stands on every page: who says it above, and which page of how many below. */
function frame({ author, title }: Report, number: number, of: number, fonts: FontLibrary): PlacedShape[] {
  const line = (text: string, y: number, field: string) => {
    const set = setLines(text, WIDTH, SMALL, field, fonts);
    return placeLine({ ...set, lines: set.lines.slice(0, 1) }, 0, { x: AREA.left, y }, fonts);
  };
  const head = line(number === 1 ? author : `${author}　${title}`, HEAD_AT, "author");
  return [...head, ...line(`第${number}页 共${of}页`, FOOT_AT, "page")];
}
