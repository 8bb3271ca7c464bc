import { RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedAmong, orderedPart } from "../../store/ordered-page.ts";
import type { Page } from "../../store/port.ts";
import type { SupervisionContext } from "../context.ts";
import type { Within } from "../counted/within.ts";
import type { FigureRow } from "./division-sums.ts";
import { departmentRows, divisionRows } from "./rate-rows.ts";

/** Of which day, and of which level. */
interface Wanted {
  day: string;
  level: RateLevel;
}

/** A page of rows. `placeOf` tells the place of each of them, 0 where it has none. */
export interface RankedPage extends Page<FigureRow> {
  placeOf: (row: FigureRow) => number;
}

/** A share of what it is counted of; -1 where nothing is. */
const rateOf = (part: number, whole: number) => (whole > 0 ? part / whole : -1);
const electronicRate = ({ figures }: FigureRow) => rateOf(figures.synchronous, figures.listed);

const KEYS: Readonly<Record<string, (row: FigureRow) => number | string>> = {
  name: ({ name }) => name,
  electronic_rate: electronicRate,
  usage_rate: ({ figures }) => rateOf(figures.usable, figures.portal),
};

/**
 * A page of departments or divisions with their figures, of those that hold what is searched for, in an order of the contract. The place by 证照电子化率 (3.7) is
 * counted among all that lie within bounds, searched for or not, so that it is the same on each page; without an order there is none. Throws `INVALID_FIELD` at
 * `order_by` beyond 50,000 departments.
 */
export async function rankedRows(
  context: SupervisionContext,
  bounds: Within,
  { day, level }: Wanted,
  { limit, after, orderBy, search }: { limit: number; after: string; orderBy: string; search: string },
): Promise<RankedPage> {
  const part = { limit, ...(after !== "" && { after }) };
  const order = { orderBy, keys: KEYS, idOf };
  const rates: number[] = [];
  const fitting = (rows: readonly FigureRow[]) => {
    for (const row of rows) rates.push(electronicRate(row));
    return rows.filter(({ name, department, division }) => holdsPart(search, [name, department || division]));
  };
  const page = async (): Promise<Page<FigureRow>> => {
    if (level === RateLevel.UNSPECIFIED) {
      const ask = async (more: typeof part) => {
        const read = await departmentRows(context, bounds, day, more);
        return { ...read, items: fitting(read.items) };
      };
      return search === "" && orderBy === "" ? ask(part) : orderedPart(ask, part, order);
    }
    const rows = fitting(await divisionRows(context, bounds, day, level));
    return orderedAmong(rows, part, order, () => byCode(rows, limit, after));
  };
  return { ...(await page()), placeOf: orderBy === "" ? () => 0 : placeAmong(rates) };
}

function idOf({ division, department, nodes }: FigureRow): string {
  return [division, department, ...nodes.slice(0, 1)].join(" ");
}

/** Divisions are few: their list is made whole, and a token is the code of the last one that was told. */
function byCode(rows: readonly FigureRow[], limit: number, token: string): Page<FigureRow> {
  if (token !== "" && !/^\d{6}$/.test(token)) throw foreignPageToken();
  const items = rows.filter(({ division }) => division > token);
  const last = items[limit - 1];
  return items.length > limit && last ? { items: items.slice(0, limit), next: last.division } : { items };
}

/** The first place of each rate, the highest first. */
function placeAmong(rates: number[]): (row: FigureRow) => number {
  const places = new Map<number, number>();
  for (const [index, rate] of rates.sort((a, b) => b - a).entries())
    if (rate >= 0 && !places.has(rate)) places.set(rate, index + 1);
  return (row) => places.get(electronicRate(row)) ?? 0;
}
