import { type BulletinContent, declaredRate, electronicRate, usageRate } from "./bulletin-content.ts";

/** A rate as people read it. */
export function rateText(rate: number | undefined): string {
  return rate === undefined ? "—" : `${rate.toFixed(2)}%`;
}

/** A number with its thousands. */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** `2026Q3` as 2026年第三季度. */
export function quarterText(quarter: string): string {
  const [year, number] = quarter.split("Q");
  return `${year}年第${["一", "二", "三", "四"][Number(number) - 1]}季度`;
}

/** 2026年9月30日 */
export function dayText(day: string): string {
  const [year, month, date] = day.slice(0, 10).split("-").map(Number);
  return `${year}年${month}月${date}日`;
}

/** Title of a bulletin. */
export function titleOf({ area, quarter }: BulletinContent): string {
  return `${area}${quarterText(quarter)}电子证照建设应用情况通报`;
}

/** What it says first: both rates with what they are made of, and how they moved since the quarter before. */
export function summaryOf({ area, to, total, before }: BulletinContent): string[] {
  const { figures } = total;
  const rates = `截至${dayText(to)}，${area}应开通电子证照${countText(figures.listed)}种，其中已开通${countText(figures.opened)}种（申报口径${rateText(declaredRate(figures))}），实现增量同步签发${countText(figures.synchronous)}种，证照电子化率为${rateText(electronicRate(figures))}；已进驻政务服务网的事项${countText(figures.portal)}项，其中可使用电子证照办理${countText(figures.usable)}项，电子证照使用率为${rateText(usageRate(figures))}。`;
  const volumes = `本季度共签发电子证照${countText(total.issued)}张，使用电子证照${countText(total.used)}次，未予受理${countText(total.refused)}次。`;
  return [rates, before ? `${volumes}${movedSince(total.figures, before.figures)}` : volumes];
}

function movedSince(now: BulletinContent["total"]["figures"], then: BulletinContent["total"]["figures"]): string {
  const moved = (what: string, rate: typeof electronicRate) => {
    const [a, b] = [rate(now), rate(then)];
    if (a === undefined || b === undefined) return `${what}无可比数据`;
    const points = Math.round((a - b) * 100) / 100;
    if (points === 0) return `${what}与上季度持平`;
    return `${what}较上季度${points > 0 ? "提高" : "下降"}${Math.abs(points).toFixed(2)}个百分点`;
  };
  return `${moved("证照电子化率", electronicRate)}，${moved("电子证照使用率", usageRate)}。`;
}
