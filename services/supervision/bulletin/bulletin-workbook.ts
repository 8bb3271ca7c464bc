import writeExcelFile from "write-excel-file/node";
import { ratesChart, trendChart } from "./bulletin-charts.ts";
import {
  type BulletinContent,
  type BulletinRow,
  declaredRate,
  electronicRate,
  ranked,
  usageRate,
} from "./bulletin-content.ts";
import { summaryOf, titleOf } from "./bulletin-text.ts";

/** Charts are drawn for paper: on a screen they are shown at this resolution, each over so many rows. */
const CHART_DPI = 250;
const ROWS_OF_CHART = 22;

type Cell = string | number | undefined;

/** A bulletin as a workbook (XLSX), for whoever counts on: a sheet for what it says, one for divisions, one for departments, one for the quarters. */
export async function bulletinWorkbook(content: BulletinContent): Promise<Uint8Array> {
  const { divisions, departments, trend, total } = content;
  const sheets: [string, Cell[][]][] = [
    ["总体情况", [[titleOf(content)], ...summaryOf(content).map((text) => [text])]],
    ...(divisions.length > 0 ? [["各地区", table(content, [total, ...divisions])] as [string, Cell[][]]] : []),
    ["各部门", table(content, departments)],
    [
      "各季度",
      [
        ["季度", "证照电子化率（%）", "电子证照使用率（%）"],
        ...trend.map(({ quarter, figures }) => [quarter, electronicRate(figures), usageRate(figures)]),
      ],
    ],
  ];
  const said = sheets[0]?.[1].length ?? 0;
  const charts = [trendChart(content), ratesChart(departments)];
  const images = charts.map(({ bytes: png, width, height }, index) => ({
    ...{ content: png, contentType: "image/png", width, height, dpi: CHART_DPI },
    anchor: { row: said + 2 + index * ROWS_OF_CHART, column: 1 },
  }));
  const bytes = await writeExcelFile(
    sheets.map(([sheet, rows], index) => ({
      sheet,
      data: rows.map((row) => row.map(cellOf)),
      ...(index === 0 && { images }),
    })),
  ).toBuffer();
  return new Uint8Array(bytes);
}

function table({ indicators }: BulletinContent, rows: readonly BulletinRow[]): Cell[][] {
  const head = ["名次", "名称", "应开通（种）", "已开通（种）", "同步签发（种）", "申报口径（%）", "证照电子化率（%）"];
  const more = ["进驻事项（项）", "可用证（项）", "电子证照使用率（%）", "签发（张）", "用证（次）", "未予受理（次）"];
  return [
    [...head, ...more, ...indicators.map(({ name }) => name)],
    ...ranked(rows, electronicRate).map(
      ({ rank, row: { name, figures, issued, used, refused, indicators: values } }): Cell[] => [
        ...[
          rank,
          name,
          figures.listed,
          figures.opened,
          figures.synchronous,
          declaredRate(figures),
          electronicRate(figures),
        ],
        ...[figures.portal, figures.usable, usageRate(figures), issued, used, refused, ...values],
      ],
    ),
  ];
}

/** A text that a spreadsheet would take for a formula stays a text: cells say their type. */
function cellOf(value: Cell) {
  if (value === undefined) return null;
  return typeof value === "number" ? { value, type: Number } : { value, type: String };
}
