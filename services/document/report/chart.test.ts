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

test("a chart of as many names as there may be is a picture as documents take it", () => {
  const most = Array.from({ length: MAX_BARS }, (_, index) => `岭海市第${index}部门`);
  const series = ["证照电子化率", "电子证照使用率"].map((name) => ({ name, values: most.map((_, index) => index) }));
  const { width, height } = drawChart({ form: "bars", names: most, unit: "%", most: 100, series });
  expect(width * height).toBeLessThanOrEqual(4_000_000);
});

test("a chart with more names than can be read is refused", () => {
  const many = Array.from({ length: MAX_BARS + 1 }, (_, index) => `部门${index}`);
  const series = [{ name: "证照电子化率", values: many.map(() => 1) }];
  expect(() => drawChart({ form: "bars", names: many, unit: "%", series })).toThrow(RangeError);
});
