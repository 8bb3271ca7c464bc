import type { MessageInitShape } from "@bufbuild/protobuf";
import type { RateRowSchema } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import type { RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { ancestorsOf, DIVISION_LEVELS, levelOf } from "../../domain/division.ts";
import { figuresAt } from "../../domain/rate-steps.ts";
import type { RateFigures } from "../../domain/rates.ts";
import type { Page, Query } from "../../store/port.ts";
import type { SupervisionContext } from "../context.ts";
import { allOf } from "../facts/all-of.ts";
import type { RateDocument } from "./rate-record.ts";
import { divisionBounds, type Within } from "./within.ts";

/** Figures of a department, or of a division: the sum over its departments and those of divisions below. */
export interface FigureRow {
  division: string;
  /** Empty: a division's. */
  department: string;
  name: string;
  /** Nodes that it rests on. */
  nodes: readonly string[];
  figures: RateFigures;
}

/** A page of departments with their figures on a day, by division. */
export async function departmentRows(
  { rates }: SupervisionContext,
  within: Within,
  day: string,
  page: { limit: number; after?: string },
): Promise<Page<FigureRow>> {
  const { items, next } = await rates.query({ ...queryOf(within), ...page });
  return { items: items.map((document) => rowOf(document, day)), ...(next !== undefined && { next }) };
}

/** Divisions of a level with their figures on a day, by code. Those without a department are left out. */
export async function divisionRows(
  context: SupervisionContext,
  within: Within,
  day: string,
  level: RateLevel,
): Promise<FigureRow[]> {
  // The contract numbers them from the top, from 1.
  const wanted = DIVISION_LEVELS[level - 1];
  const found = new Map<string, { nodes: Set<string>; figures: RateFigures }>();
  for await (const document of ratesWithin(context, within)) {
    const division = [document.division, ...ancestorsOf(document.division)].find((one) => levelOf(one) === wanted);
    if (division === undefined) continue;
    const code = division.slice(0, 6);
    const row = found.get(code) ?? { nodes: new Set<string>(), figures: { ...NONE } };
    found.set(code, row);
    row.nodes.add(document.node);
    add(row.figures, figuresAt(document.steps, day));
  }
  return [...found]
    .map(([division, { nodes, figures }]) => ({ division, department: "", name: "", nodes: [...nodes], figures }))
    .sort((a, b) => (a.division < b.division ? -1 : 1));
}

/** All departments within bounds, a page of the store at a time. */
export function ratesWithin({ rates }: SupervisionContext, within: Within): AsyncGenerator<RateDocument> {
  return allOf(rates, queryOf(within));
}

function queryOf(within: Within): Omit<Query, "limit" | "after"> {
  const bounds = divisionBounds(within);
  if (within.department === undefined) return { index: "divisions", ...bounds };
  return { index: "departments", equals: [within.department], ...bounds };
}

/** A department as a row. */
export function rowOf({ division, department, name, node, steps }: RateDocument, day: string): FigureRow {
  return { division, department, name, nodes: [node], figures: figuresAt(steps, day) };
}

const NONE: Readonly<RateFigures> = { listed: 0, opened: 0, synchronous: 0, portal: 0, usable: 0 };

function add(sum: RateFigures, more: RateFigures): void {
  for (const key of Object.keys(sum) as (keyof RateFigures)[]) sum[key] += more[key];
}

/** A row as the contract has it. `silent`: nodes that tell nothing. */
export function rateRow(
  { division, department, name, nodes, figures }: FigureRow,
  silent: readonly { node: string; lastEventAt: string }[],
): MessageInitShape<typeof RateRowSchema> {
  const { listed, opened, synchronous, portal, usable } = figures;
  return {
    division,
    departmentCode: department,
    name,
    node: nodes.length === 1 ? (nodes[0] as string) : "",
    figures,
    ...(listed > 0 && { electronicRate: synchronous / listed, declaredRate: opened / listed }),
    ...(portal > 0 && { usageRate: usable / portal }),
    silent: silent.filter(({ node }) => nodes.includes(node)),
  };
}
