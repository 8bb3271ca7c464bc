import { expect, test } from "vitest";
import { drawChart, MAX_BARS } from "./chart.ts";

const names = ["岭海市市场监督管理局", "岭海市公安局"];
const bars = (values: number[]) =>
  drawChart({ form: "bars", names, unit: "%", most: 100, series: [{ name: "证照电子化率", values }] });

test("6.2.6.2 a chart is drawn without a browser, in the fonts of the platform, and the same again to the octet", () => {
  const picture = bars([80, 52.48]);
  expect(picture).toMatchObject({ format: "png", width: 1920 });
  expect(bars([80, 52.48]).bytes.equals(picture.bytes)).toBe(true);
  expect(bars([80, 52.49]).bytes.equals(picture.bytes)).toBe(false);
});

test("a chart with more names than can be read is refused", () => {
  const many = Array.from({ length: MAX_BARS + 1 }, (_, index) => `部门${index}`);
  const series = [{ name: "证照电子化率", values: many.map(() => 1) }];
  expect(() => drawChart({ form: "bars", names: many, unit: "%", series })).toThrow(RangeError);
});
