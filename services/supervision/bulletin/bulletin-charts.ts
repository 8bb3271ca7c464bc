import type { Picture } from "../../document/layout/placed.ts";
import { drawChart } from "../../document/report/chart.ts";
import { type BulletinContent, type BulletinRow, electronicRate, ranked, usageRate } from "./bulletin-content.ts";

/** Names of a chart: with more a ranking is read in the table. */
export const BARS = 25;
/** Characters of a name beside its bar. */
const NAME = 18;

/** Both rates of the first departments or divisions by 证照电子化率. */
export function ratesChart(rows: readonly BulletinRow[]): Picture {
  const first = ranked(rows, electronicRate)
    .slice(0, BARS)
    .map(({ row }) => row);
  return drawChart({
    form: "bars",
    names: first.map(({ name }) => (name.length > NAME ? `${name.slice(0, NAME - 1)}…` : name)),
    unit: "%",
    most: 100,
    series: [
      { name: "证照电子化率", values: first.map(({ figures }) => electronicRate(figures) ?? 0) },
      { name: "电子证照使用率", values: first.map(({ figures }) => usageRate(figures) ?? 0) },
    ],
  });
}

/** How both rates went over the quarters. */
export function trendChart({ trend }: Pick<BulletinContent, "trend">): Picture {
  return drawChart({
    form: "lines",
    names: trend.map(({ quarter }) => quarter),
    unit: "%",
    most: 100,
    series: [
      { name: "证照电子化率", values: trend.map(({ figures }) => electronicRate(figures) ?? 0) },
      { name: "电子证照使用率", values: trend.map(({ figures }) => usageRate(figures) ?? 0) },
    ],
  });
}
