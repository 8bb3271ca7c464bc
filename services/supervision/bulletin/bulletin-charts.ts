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

/** What was issued, used and refused in each month. */
export function monthsChart({ months }: Pick<BulletinContent, "months">): Picture {
  const series = (["issued", "used", "refused"] as const).map((member, index) => ({
    name: ["签发", "用证", "未予受理"][index] as string,
    values: months.map((month) => month[member]),
  }));
  return drawChart({ form: "lines", names: months.map(({ month }) => month), unit: "", series });
}
