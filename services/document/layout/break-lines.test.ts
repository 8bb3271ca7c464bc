import { expect, test } from "vitest";
import { breakLines } from "./break-lines.ts";

/** Lines of a text whose Chinese characters are 10 wide, all others 5. */
function linesOf(text: string, limit: number): string[] {
  const chars = Array.from(text, (char) => {
    const codePoint = char.codePointAt(0) as number;
    return { codePoint, advance: codePoint >= 0x2e80 ? 10 : 5 };
  });
  return breakLines(chars, limit).map(({ start, end }) => [...text].slice(start, end).join(""));
}

test("breaks between Chinese characters", () => {
  expect(linesOf("一二三四五六七", 30)).toEqual(["一二三", "四五六", "七"]);
});

test("punctuation does not begin a line, an opening bracket does not end one", () => {
  expect(linesOf("一二三，四五", 30)).toEqual(["一二", "三，四", "五"]);
  expect(linesOf("一二（三四）五", 30)).toEqual(["一二", "（三", "四）五"]);
});

test("Latin words and numbers stay whole", () => {
  expect(linesOf("编号ABC123号", 40)).toEqual(["编号", "ABC123号"]);
  expect(linesOf("one two three", 35)).toEqual(["one two", "three"]);
});

test("a word wider than a line is broken rather than lost", () => {
  expect(linesOf("ABCDEFGHIJ", 20)).toEqual(["ABCD", "EFGH", "IJ"]);
});

test("a line feed ends a paragraph, spaces at the edge are cut off", () => {
  expect(linesOf("一二\n\n三  ", 30)).toEqual(["一二", "", "三"]);
});

test("no character is lost whatever the width", () => {
  const text = "一般项目：软件开发（含ABC系统）；技术服务。Co., Ltd. 2026年“引用”";
  for (let limit = 5; limit < 400; limit += 5) {
    expect(linesOf(text, limit).join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  }
});
