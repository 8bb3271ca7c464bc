import type { RateFigures } from "../../domain/rates.ts";

/** What one row of a bulletin tells: a department, a division, or all of them. */
export interface BulletinRow {
  name: string;
  figures: RateFigures;
  /** Of the quarter. */
  issued: number;
  used: number;
  refused: number;
  /** Values of the indicators of the bulletin, in their order; absent where a denominator is 0. */
  indicators: readonly (number | undefined)[];
}

/** All that a bulletin (通报) is drawn from; frozen with its inspection, so that it can be drawn again to the octet. */
export interface BulletinContent {
  /** Management body that publishes it. */
  publisher: string;
  /** What the rows are of: 岭海市. */
  area: string;
  /** `2026Q3`, with its first and last day. */
  quarter: string;
  from: string;
  to: string;
  /** RFC 3339: when the figures were frozen. */
  frozenAt: string;
  total: BulletinRow;
  /** The same of the quarter before. Absent: there was no inspection. */
  before?: BulletinRow;
  /** Divisions below, in their order; none for a county. */
  divisions: readonly BulletinRow[];
  departments: readonly BulletinRow[];
  /** Quarters that were inspected before, and this one, the oldest first: how both rates went. */
  trend: readonly { quarter: string; figures: RateFigures }[];
  indicators: readonly { id: string; name: string }[];
  /** Nodes that told nothing at the end, and since when: their figures will be completed. */
  silent: readonly { name: string; since: string }[];
  /** What the body has to say. Empty: nothing. */
  remark: string;
}

/** A rate in per cent with two digits; `undefined` where the denominator is 0. */
export function percent(numerator: number, denominator: number): number | undefined {
  return denominator === 0 ? undefined : Math.round((numerator * 10_000) / denominator) / 100;
}

/** 3.7 as measured. */
export function electronicRate({ synchronous, listed }: RateFigures): number | undefined {
  return percent(synchronous, listed);
}

/** 3.7 as declared. */
export function declaredRate({ opened, listed }: RateFigures): number | undefined {
  return percent(opened, listed);
}

/** 3.8 */
export function usageRate({ usable, portal }: RateFigures): number | undefined {
  return percent(usable, portal);
}

/** Rows in the order of a ranking: the higher rate first, those without a denominator last, equals by the other rate and then by name. Equals share a rank. */
export function ranked(
  rows: readonly BulletinRow[],
  rate: (figures: RateFigures) => number | undefined,
): { rank: number | undefined; row: BulletinRow }[] {
  const keyed = rows.map((row) => ({ row, value: rate(row.figures) }));
  keyed.sort((a, b) => (b.value ?? -1) - (a.value ?? -1) || (a.row.name < b.row.name ? -1 : 1));
  let rank = 0;
  return keyed.map(({ row, value }, index) => {
    if (index === 0 || value !== keyed[index - 1]?.value) rank = index + 1;
    return { rank: value === undefined ? undefined : rank, row };
  });
}
