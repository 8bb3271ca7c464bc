import type { MessageInitShape } from "@bufbuild/protobuf";
import type { RateRowSchema } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import type { RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { DIVISION_LEVELS, type DivisionLevel } from "../../domain/division.ts";
import { figuresAt } from "../../domain/rate-steps.ts";
import { allOf } from "../../store/pages-of.ts";
import type { Page, Query } from "../../store/port.ts";
import type { SupervisionContext } from "../context.ts";
import { divisionBounds, type Within } from "../counted/within.ts";
import type { KnownSince, SilentNode } from "../facts/nodes.ts";
import { createDivisionSums, type FigureRow } from "./division-sums.ts";
import type { RateDocument } from "./rate-record.ts";

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
  const sums = createDivisionSums();
  for await (const document of ratesWithin(context, within)) sums.add(document, figuresAt(document.steps, day));
  // The contract numbers levels from the top, from 1.
  return sums.rows(DIVISION_LEVELS[level - 1] as DivisionLevel);
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

/** What the figures of nodes lack. */
export interface Lacking {
  /** Nodes that tell nothing. */
  silent: readonly SilentNode[];
  /** Nodes of which less is known of the day. */
  knownSince: readonly KnownSince[];
}

/** A row as the contract has it. `values`: those of the node's indicators. */
export function rateRow(
  { division, department, name, nodes, figures }: FigureRow,
  { silent, knownSince }: Lacking,
  values: readonly { id: string; value?: number }[],
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
    indicators: [...values],
    silent: silent.filter(({ node }) => nodes.includes(node)),
    knownSince: knownSince.filter(({ node }) => nodes.includes(node)),
  };
}
