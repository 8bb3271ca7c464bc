import { expect, test } from "vitest";
import { masked } from "../../domain/masked-code.ts";
import { agoText, secondText, timeText } from "./dates.ts";
import { amountText, yuanCapitals, yuanFigures } from "./money.ts";

test("codes of people and organizations are masked but for both ends, short ones but for the first character", () => {
  expect(masked("440106199001011234")).toBe("4401**********1234");
  expect(masked("12345678")).toBe("1*******");
  expect(masked("")).toBe("");
});

test("times are those of China, whatever the clock of the machine", () => {
  expect(timeText("2026-11-23T16:30:00Z")).toBe("2026-11-24 00:30");
  expect(timeText("")).toBe("");
  expect(secondText("2026-11-23T16:30:09.120Z")).toBe("2026-11-24 00:30:09");
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

test.each([
  [0, "0.00 元 · 零元整"],
  [0.05, "0.05 元 · 伍分"],
  [0.3, "0.30 元 · 叁角整"],
  [10.5, "10.50 元 · 壹拾元伍角整"],
  [10_005.0, "10,005.00 元 · 壹万零伍元整"],
  [107_000.53, "107,000.53 元 · 壹拾万零柒仟元伍角叁分"],
  [325.04, "325.04 元 · 叁佰贰拾伍元零肆分"],
  [5_000_000, "5,000,000.00 元 · 伍佰万元整"],
  [100_000_001, "100,000,001.00 元 · 壹亿零壹元整"],
  [999_999_999_999.99, "999,999,999,999.99 元 · 玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"],
  [-0.5, "-0.50 元 · 负伍角整"],
])("%d yuan are shown in figures and in capitals, as cheques are written: %s", (yuan, text) => {
  expect(amountText("注册资本（元）", yuan)).toBe(text);
  expect(amountText("注册资本(元)", yuan)).toBe(text);
});

test.each([
  ["注册资本（万元）", 500],
  ["数量", 500],
  ["注册资本（元）", "500"],
  ["注册资本（元）", 1e12],
  ["注册资本（元）", 0.005],
  ["注册资本（元）", 0.1 + 0.2],
  ["注册资本（元）", Number.NaN],
])("what is no amount in yuan, or none that capitals write exactly, is left as it is: %s %s", (title, value) => {
  expect(amountText(title, value)).toBeUndefined();
});
