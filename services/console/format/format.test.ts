import { expect, test } from "vitest";
import { masked } from "./codes.ts";
import { agoText, timeText } from "./dates.ts";
import { yuanCapitals, yuanFigures } from "./money.ts";

test("codes of people and organizations are masked but for both ends, short ones but for the first character", () => {
  expect(masked("440106199001011234")).toBe("4401**********1234");
  expect(masked("12345678")).toBe("1*******");
  expect(masked("")).toBe("");
});

test("times are those of China, whatever the clock of the machine", () => {
  expect(timeText("2026-11-23T16:30:00Z")).toBe("2026-11-24 00:30");
  expect(timeText("")).toBe("");
});

test.each([
  [30_000, "刚刚"],
  [3 * 60_000, "3 分钟"],
  [59 * 60_000 + 59_000, "59 分钟"],
  [3_600_000, "1 小时"],
  [51 * 3_600_000, "2 天 3 小时"],
  [48 * 3_600_000, "2 天"],
])("what is %d ms ago is told as %s", (ms, text) => {
  const now = new Date("2026-11-24T10:00:00Z");
  expect(agoText(new Date(now.getTime() - ms).toISOString(), now)[0]).toBe(text);
});

test.each([
  [0n, "0.00", "零元整"],
  [5n, "0.05", "伍分"],
  [50n, "0.50", "伍角整"],
  [100n, "1.00", "壹元整"],
  [1_05n, "1.05", "壹元零伍分"],
  [10_10n, "10.10", "壹拾元壹角整"],
  [100_000_000n, "1,000,000.00", "壹佰万元整"],
  [123_456_780n, "1,234,567.80", "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角整"],
  [1_000_500n, "10,005.00", "壹万零伍元整"],
  [10_000_000_100n, "100,000,001.00", "壹亿零壹元整"],
  [-150n, "-1.50", "负壹元伍角整"],
])("%d fen are %s and %s", (fen, figures, capitals) => {
  expect(yuanFigures(fen)).toBe(figures);
  expect(yuanCapitals(fen)).toBe(capitals);
});

test("what is too much for capitals is told, not cut", () => {
  expect(() => yuanCapitals(10n ** 18n)).toThrow(RangeError);
});
