import { expect, test } from "vitest";
import type { FaceSource } from "../face-source.ts";
import { loadFonts } from "../font/library.ts";
import type { TableElement } from "../template.ts";
import type { PlacedText } from "./placed.ts";
import { placeHeader, placeRows } from "./table.ts";

const fonts = loadFonts();
const table: TableElement = {
  type: "table",
  box: [20, 50, 100, 42],
  source: "data.owners",
  rowHeight: 10,
  minRowHeight: 6,
  header: { height: 6, size: 8, fill: "#EEEEEE" },
  stroke: "#000000",
  columns: [
    { width: 10, title: "序号", source: "#", size: 9 },
    { width: 60, title: "姓名", source: "name", size: 10, minSize: 6, wrap: true },
    { width: 30, title: "份额", source: "share", size: 10, suffix: "%", align: "right" },
  ],
};
const withOwners = (count: number, name = "陈示例"): FaceSource =>
  ({
    metadata: { holders: [] },
    data: { owners: Array.from({ length: count }, (_, i) => ({ name, share: i })) },
  }) as never;
const texts = (count: number, name?: string): PlacedText[] =>
  placeRows(table, withOwners(count, name), fonts).filter((item) => item.kind === "text");

test("writes a row for each member of the list, with its number", () => {
  expect(texts(3).map(({ text }) => text)).toEqual(["1", "陈示例", "0%", "2", "陈示例", "1%", "3", "陈示例", "2%"]);
  expect(texts(2).map(({ sources }) => sources)[4]).toEqual(["/data/owners/1/name"]);
});

test("keeps rows at their height while there is room, then makes them lower", () => {
  const distance = (count: number): number => (texts(count)[3]?.y ?? 0) - (texts(count)[0]?.y ?? 0);
  expect(distance(2)).toBeCloseTo(10, 2);
  expect(distance(6)).toBeCloseTo(6, 2);
});

test("refuses a list that does not fit, by the name of the list", () => {
  expect(() => texts(7)).toThrow(
    expect.objectContaining({
      reason: "DATA_INVALID",
      fields: [expect.objectContaining({ field: "/data/owners", description: expect.stringContaining("at most 6") })],
    }),
  );
});

test("refuses a cell that does not fit, by the name of the cell", () => {
  expect(() => texts(1, "很长的名字".repeat(40))).toThrow(
    expect.objectContaining({
      reason: "DATA_INVALID",
      fields: [expect.objectContaining({ field: "/data/owners/0/name" })],
    }),
  );
});

test("writes nothing for an empty list, and refuses what is none", () => {
  expect(placeRows(table, withOwners(0), fonts)).toEqual([]);
  const wrong = { metadata: { holders: [] }, data: { owners: "陈示例" } } as never;
  expect(() => placeRows(table, wrong, fonts)).toThrow("is not a list");
});

test("puts titles above, and lines only round rows that are there", () => {
  const header = placeHeader(table, "elements[0]", fonts);
  expect(header.flatMap((item) => (item.kind === "text" ? [item.text] : []))).toEqual(["序号", "姓名", "份额"]);
  const [lines] = placeRows(table, withOwners(2), fonts);
  const ys = lines?.kind === "path" ? lines.path.coords.filter((_, i) => i % 2 === 1) : [];
  expect([Math.min(...ys), Math.max(...ys)]).toEqual([56, 76]);
});
