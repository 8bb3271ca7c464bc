import readExcelFile from "read-excel-file/node";
import { expect, test } from "vitest";
import { loadFonts } from "../../document/font/library.ts";
import { layOutReport } from "../../document/report/layout.ts";
import { reportPdf } from "../../document/report/report-pdf.ts";
import { type BulletinContent, type BulletinRow, electronicRate, ranked } from "./bulletin-content.ts";
import { bulletinReport } from "./bulletin-report.ts";
import { bulletinWorkbook } from "./bulletin-workbook.ts";
import { drawable, NO_GLYPH } from "./drawable.ts";

const row = (name: string, listed: number, synchronous: number, portal = 10, usable = 5): BulletinRow => ({
  name,
  figures: { listed, opened: listed, synchronous, portal, usable },
  ...{ issued: 120, used: 300, refused: 4, indicators: [0.5] },
});

const CONTENT: BulletinContent = {
  publisher: "岭海市政务服务数据管理局",
  area: "岭海市",
  ...{ quarter: "2026Q3", from: "2026-07-01", to: "2026-09-30", frozenAt: "2026-10-08T01:00:00.000Z" },
  total: row("岭海市", 120, 96, 1532, 804),
  before: row("岭海市", 118, 90, 1532, 804),
  divisions: [row("天湾区", 60, 50), row("海心区", 60, 46)],
  departments: [
    row("岭海市市场监督管理局", 4, 4),
    row("岭海市公安局", 3, 2),
    row('=HYPERLINK("http://x")', 0, 0, 0, 0),
    row("岭海市民政局", 6, 4),
  ],
  trend: [
    { quarter: "2026Q2", figures: row("", 118, 90, 1532, 804).figures },
    { quarter: "2026Q3", figures: row("", 120, 96, 1532, 804).figures },
  ],
  indicators: [{ id: "in-time", name: "当日签发率" }],
  silent: [],
  remark: "",
};

const textOf = (content: BulletinContent) =>
  layOutReport(bulletinReport(content), loadFonts())
    .flat()
    .map((item) => (item.kind === "text" ? item.text : ""))
    .join("");

test("6.2.6.2 the bulletin tells both rates with what they are made of, and how they moved", () => {
  const said = textOf(CONTENT);
  expect(said).toContain("岭海市2026年第三季度电子证照建设应用情况通报");
  expect(said).toContain("应开通电子证照120种");
  expect(said).toContain("证照电子化率为80.00%");
  expect(said).toContain("电子证照使用率为52.48%");
  expect(said).toContain("证照电子化率较上季度提高3.73个百分点，电子证照使用率与上季度持平");
});

test("departments stand in the order of their rates, equals share a rank, and who has no denominator has none", () => {
  expect(
    ranked(CONTENT.departments, electronicRate).map(({ rank, row: { name } }) => [rank, name.slice(0, 6)]),
  ).toEqual([
    [1, "岭海市市场监"],
    [2, "岭海市公安局"],
    [2, "岭海市民政局"],
    [undefined, "=HYPER"],
  ]);
});

test("4.7 a city that was cut off is marked in the title and by its name, until its figures are complete", () => {
  const said = textOf({ ...CONTENT, silent: [{ name: "鹏湾市", since: "2026-09-20T00:00:00.000Z" }] });
  expect(said).toContain("（部分数据待补齐）");
  expect(said).toContain("鹏湾市自2026年9月20日未上报数据");
});

test("6.2.6.2 a department whose name has a character that no font has keeps no bulletin from being published", async () => {
  const [first, ...others] = CONTENT.departments;
  const content = { ...CONTENT, departments: [{ ...(first as BulletinRow), name: "甲\u{1F600}ა局" }, ...others] };
  await expect(reportPdf(bulletinReport(content), loadFonts())).rejects.toMatchObject({ reason: "GLYPH_MISSING" });
  const shown = drawable(content, loadFonts());
  expect(shown.departments[0]?.name).toBe(`甲${NO_GLYPH}${NO_GLYPH}局`);
  expect((await reportPdf(bulletinReport(shown), loadFonts())).length).toBeGreaterThan(1_000);
  expect(drawable(CONTENT, loadFonts())).toEqual(CONTENT);
});

test("the workbook holds the same figures as numbers, and no text of it is a formula", async () => {
  const bytes = Buffer.from(await bulletinWorkbook(CONTENT));
  const sheets = await readExcelFile(bytes);
  expect(sheets.map(({ sheet }) => sheet)).toEqual(["总体情况", "各地区", "各部门", "各季度"]);
  const rows = sheets[2]?.data ?? [];
  expect(rows[1]?.slice(0, 7)).toEqual([1, "岭海市市场监督管理局", 4, 4, 4, 100, 100]);
  expect(rows.at(-1)?.[1]).toBe('=HYPERLINK("http://x")');
});
