import { describe, expect, test } from "vitest";
import { readTable } from "./separated-text.ts";

const cellsOf = (text: string) => readTable(text)?.map(({ cells }) => cells);

describe("a table that was pasted", () => {
  test("is read with commas, or with tabs as it is copied from a spreadsheet, whatever ends its lines", () => {
    expect(cellsOf("\uFEFF账户,姓名\r\nzhang, 张 \r\n")).toEqual([
      ["账户", "姓名"],
      ["zhang", "张"],
    ]);
    expect(cellsOf("账户\t姓名\nzhang\t张,三")).toEqual([
      ["账户", "姓名"],
      ["zhang", "张,三"],
    ]);
  });

  test("has cells of several lines, and tells of each row the line on which it begins", () => {
    const table = 'a,b\n"1\n2 ""x""",c\n\n,\nd,e';
    expect(readTable(table)).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ['1\n2 "x"', "c"] },
      { line: 6, cells: ["d", "e"] },
    ]);
  });

  test("is refused whole where a quotation mark has no partner", () => {
    expect(readTable('a,"b\nc')).toBeUndefined();
    expect(cellsOf("")).toEqual([]);
  });
});
