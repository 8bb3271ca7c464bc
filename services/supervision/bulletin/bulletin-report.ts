import type { Block, Column, Report } from "../../document/report/block.ts";
import { BARS, ratesChart, trendChart } from "./bulletin-charts.ts";
import {
  type BulletinContent,
  type BulletinRow,
  declaredRate,
  electronicRate,
  ranked,
  usageRate,
} from "./bulletin-content.ts";
import { countText, dayText, rateText, summaryOf, titleOf } from "./bulletin-text.ts";

/** A bulletin as a report of several pages: what it says, charts, rankings, what indicators tell, and what is not complete. */
export function bulletinReport(content: BulletinContent): Report {
  const { publisher, quarter, frozenAt, divisions, departments, silent, remark } = content;
  const parts: [string, Block[]][] = [
    ["总体情况", [...summaryOf(content).map(paragraph), ...trend(content)]],
    ["各地区情况", divisions.length === 0 ? [] : tables("地区", divisions)],
    ["各部门情况", tables("部门", departments)],
    ["指标情况", indicators(content)],
    ["数据说明", explanation(content)],
    ["工作要求", remark === "" ? [] : remark.split("\n").map(paragraph)],
  ];
  const shown = parts.filter(([, blocks]) => blocks.length > 0);
  const blocks = shown.flatMap(([title, its], index): Block[] => [
    { kind: "heading", text: `${"一二三四五六"[index]}、${title}` },
    ...its,
  ]);
  const closing = paragraph(`${publisher}　${dayText(frozenAt)}`);
  const unfinished = silent.length > 0 ? "（部分数据待补齐）" : "";
  return {
    title: `${titleOf(content)}${unfinished}`,
    author: publisher,
    identifier: `${content.area} ${quarter}`,
    madeAt: frozenAt,
    blocks: [...blocks, closing],
  };
}

function paragraph(text: string): Block {
  return { kind: "paragraph", text };
}

/** One quarter is no way that anything went. */
function trend(content: BulletinContent): Block[] {
  if (content.trend.length < 2) return [];
  return [{ kind: "picture", picture: trendChart(content), title: "各季度证照电子化率与电子证照使用率" }];
}

function tables(what: string, rows: readonly BulletinRow[]): Block[] {
  const byElectronic = ranked(rows, electronicRate);
  const shown = rows.length > BARS ? `（前${BARS}名）` : "";
  const column = (title: string, share: number, align: Column["align"] = "right"): Column => ({ title, share, align });
  const head = [column("名次", 1, "center"), column(what, 5, "left")];
  return [
    { kind: "picture", picture: ratesChart(rows), title: `各${what}证照电子化率与电子证照使用率${shown}` },
    {
      kind: "table",
      title: `各${what}证照电子化率`,
      columns: [
        ...head,
        column("应开通", 1.3),
        column("已开通", 1.3),
        column("同步签发", 1.5),
        column("申报", 1.6),
        column("电子化率", 1.6),
      ],
      rows: byElectronic.map(({ rank, row: { name, figures } }) => [
        ...[rank === undefined ? "—" : String(rank), name, countText(figures.listed), countText(figures.opened)],
        ...[countText(figures.synchronous), rateText(declaredRate(figures)), rateText(electronicRate(figures))],
      ]),
    },
    {
      kind: "table",
      title: `各${what}电子证照使用率`,
      columns: [
        ...head,
        column("进驻事项", 1.5),
        column("可用证", 1.4),
        column("使用率", 1.6),
        column("用证次数", 1.6),
      ],
      rows: ranked(rows, usageRate).map(({ rank, row: { name, figures, used } }) => [
        ...[rank === undefined ? "—" : String(rank), name, countText(figures.portal), countText(figures.usable)],
        ...[rateText(usageRate(figures)), countText(used)],
      ]),
    },
  ];
}

function indicators({ indicators: all, total, departments }: BulletinContent): Block[] {
  return all.map(({ name }, index): Block => {
    const told = (row: BulletinRow) => {
      const value = row.indicators[index];
      return value === undefined ? "—" : String(Math.round(value * 10_000) / 10_000);
    };
    const columns: Column[] = [
      { title: "部门", share: 5, align: "left" },
      { title: name, share: 2, align: "right" },
    ];
    const rows = [total, ...departments].map((row) => [row.name, told(row)]);
    return { kind: "table", title: name, columns, rows };
  });
}

function explanation({ frozenAt, from, to, silent }: BulletinContent): Block[] {
  const base = `统计期为${dayText(from)}至${dayText(to)}，数据于${dayText(frozenAt)}固定。证照电子化率按实际签发情况测算：开通后作出的决定，近90日内签发的证照中不少于95%在决定当个工作日内签发的，计为增量同步签发；申报口径为已开通种数与应开通种数之比。没有应开通证照或进驻事项的，不计算比率，以“—”表示。`;
  const late = silent.map(({ name, since }) => `${name}自${since === "" ? "接入以来" : dayText(since)}未上报数据`);
  return [paragraph(base), ...(late.length > 0 ? [paragraph(`${late.join("；")}，其数据待连通后补齐。`)] : [])];
}
