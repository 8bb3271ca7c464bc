import { expect, test } from "vitest";
import { loadFonts } from "../font/library.ts";
import type { PlacedShape, PlacedText } from "../layout/placed.ts";
import type { Block, Report } from "./block.ts";
import { layOutReport, PAGE } from "./layout.ts";
import { reportPdf } from "./report-pdf.ts";

const fonts = loadFonts();
const report = (...blocks: Block[]): Report => ({
  title: "2026年第三季度电子证照建设应用情况通报",
  author: "岭海市电子证照管理办公室",
  identifier: "440100-2026-Q3",
  madeAt: "2026-10-08T01:00:00.000Z",
  blocks,
});
const columns = [
  { title: "部门", share: 3, align: "left" },
  { title: "证照电子化率", share: 1, align: "right" },
] as const;
const rows = (count: number, name = "岭海市市场监督管理局") =>
  Array.from({ length: count }, (_, index) => [`${name}${index + 1}`, `${index}.00%`]);
const texts = (page: readonly PlacedShape[]) => page.filter((item): item is PlacedText => item.kind === "text");
const isFrame = ({ y }: PlacedText) => y < 30 || y > 274;

test("6.2.6.2 a table that is longer than a page goes on on the next, under its head again, and loses no row", () => {
  const pages = layOutReport(report({ kind: "table", title: "各部门情况", columns, rows: rows(120) }), fonts);
  expect(pages.length).toBeGreaterThan(2);
  const said = pages.map((page) => texts(page).map(({ text }) => text));
  for (const page of said) expect(page.filter((text) => text === "部门")).toHaveLength(1);
  const named = said.flat().filter((text) => text.startsWith("岭海市市场监督管理局"));
  expect(new Set(named).size).toBe(120);
});

test("nothing leaves the page, and no two texts of one column overlap", () => {
  const long = rows(60, "岭海市天湾区人力资源和社会保障局机关事业单位社会保险基金管理中心（分中心）");
  const pages = layOutReport(
    report(
      { kind: "heading", text: "一、总体情况" },
      { kind: "paragraph", text: "全市应开通电子证照一百二十种，".repeat(60) },
      { kind: "table", title: "各部门情况", columns, rows: long },
    ),
    fonts,
  );
  for (const page of pages) {
    const lines = texts(page).filter((item) => !isFrame(item));
    for (const { x, y, size } of lines) {
      expect(x).toBeGreaterThanOrEqual(26);
      expect(y).toBeLessThanOrEqual(PAGE.height - 26);
      expect(y - size).toBeGreaterThanOrEqual(31);
    }
    const left = lines.filter(({ x }) => x < 60).sort((a, b) => a.y - b.y);
    for (const [index, line] of left.slice(1).entries()) {
      const before = left[index] as PlacedText;
      if (line.y !== before.y) expect(line.y - before.y).toBeGreaterThanOrEqual(line.size * 0.99);
    }
  }
});

test("a heading is never the last thing of a page", () => {
  for (let count = 20; count < 40; count++) {
    const filler: Block = { kind: "paragraph", text: "情".repeat(36 * count) };
    const pages = layOutReport(
      report(filler, { kind: "heading", text: "二、存在问题" }, { kind: "paragraph", text: "无" }),
      fonts,
    );
    const page = pages.find((one) => texts(one).some(({ text }) => text === "二、存在问题")) as PlacedShape[];
    expect(texts(page).some(({ text }) => text.endsWith("无"))).toBe(true);
  }
});

test("each page tells who says it, and which page of how many it is", () => {
  const pages = layOutReport(report({ kind: "table", title: "各部门情况", columns, rows: rows(90) }), fonts);
  pages.forEach((page, index) => {
    const frame = texts(page)
      .filter(isFrame)
      .map(({ text }) => text);
    expect(frame.join()).toContain("岭海市电子证照管理办公室");
    expect(frame.join()).toContain(`第${index + 1}页 共${pages.length}页`);
  });
});

test("a row that no page has room for is refused by its place, and so is a character that no font has", () => {
  const huge: Block = { kind: "table", title: "表", columns, rows: [["情".repeat(8_000), "1"]] };
  expect(() => layOutReport(report(huge), fonts)).toThrow(expect.objectContaining({ reason: "TOO_LARGE" }));
  expect(() => layOutReport(report({ kind: "paragraph", text: "བོད" }), fonts)).toThrow(
    expect.objectContaining({ reason: "GLYPH_MISSING" }),
  );
});

test("the same report gives the same octets, and another text another identifier", async () => {
  const one = report({ kind: "paragraph", text: "情况" });
  const [first, again] = await Promise.all([reportPdf(one, fonts), reportPdf(one, fonts)]);
  expect(Buffer.from(first).equals(Buffer.from(again))).toBe(true);
  const other = await reportPdf(report({ kind: "paragraph", text: "概况" }), fonts);
  const idOf = (pdf: Uint8Array) => /\/ID \[ ?<(\w+)>/.exec(Buffer.from(pdf).toString("latin1"))?.[1];
  expect(idOf(first)).toMatch(/^\w{32}$/);
  expect(idOf(other)).not.toBe(idOf(first));
});
