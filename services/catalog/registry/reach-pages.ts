import type { Reach } from "../../domain/permit.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import { isDepartmentWithin } from "../../registry/reach.ts";
import { narrowedPart } from "../../store/ordered-page.ts";
import type { Page, Query, Stored } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";

/** Departments of which one page reads at most: behind them it is given short. */
const DEPARTMENTS = 200;
const DEFAULT_PAGE_SIZE = 50;
/** Documents that are read at a time where more than a page is looked through: some are large. */
const READ_AT_ONCE = 50;

/** How a list reads its collection. */
export interface ReachList<T extends Stored> {
  query(query: Query): Promise<Page<T>>;
  /** The part of a query that gives all of the node, and that which gives those of a department. */
  everything: Omit<Query, "limit">;
  of(department: string): Omit<Query, "limit">;
}

/** What a caller asks of it. */
export interface ReachRequest {
  pageSize: number;
  pageToken: string;
  /** Only what belongs to this department. Empty: to any within reach. */
  departmentCode: string;
}

/** What of a list is asked for, and in what order; see `narrowedPart`. */
export interface Narrowing<T extends Stored, R> {
  search: string;
  orderBy: string;
  /** What is kept of a document: a page is sorted with no more than that. */
  view: (document: T) => R;
  fits: (one: R) => boolean;
  keys: Readonly<Record<string, (one: R) => string>>;
}

/** A page of those within reach that fit, in the order asked for, or in the list's own. */
export async function narrowedWithinReach<T extends Stored, R>(
  context: CatalogContext,
  list: ReachList<T>,
  reach: Reach,
  request: ReachRequest,
  { search, orderBy, view, fits, keys }: Narrowing<T, R>,
): Promise<{ items: R[]; nextPageToken: string }> {
  const { departmentCode, pageToken } = request;
  const ask = async ({ limit, after = "" }: { limit: number; after?: string }) => {
    const items: { id: string; one: R }[] = [];
    let next = after;
    for (let read = 0; read < limit; read += READ_AT_ONCE) {
      const part = { pageSize: Math.min(limit - read, READ_AT_ONCE), pageToken: next, departmentCode };
      const page = await pageWithinReach(context, list, reach, part);
      items.push(...page.items.map((document) => ({ id: document._id, one: view(document) })));
      next = page.nextPageToken;
      if (next === "") break;
    }
    return { items: items.filter(({ one }) => fits(one)), ...(next !== "" && { next }) };
  };
  const wanted = { limit: request.pageSize || DEFAULT_PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
  const ofOne = Object.entries(keys).map(([name, key]) => [name, ({ one }: { one: R }) => key(one)]);
  const order = { search, orderBy, keys: Object.fromEntries(ofOne), idOf: ({ id }: { id: string }) => id };
  const page = await narrowedPart(ask, wanted, order);
  return { items: page.items.map(({ one }) => one), nextPageToken: page.next ?? "" };
}

/**
 * A page of what lies within reach, every query of it held to that: all of the node, what belongs to one department, or to the departments
 * of a division, one after the other, in the order of their codes.
 */
export async function pageWithinReach<T extends Stored>(
  context: CatalogContext,
  list: ReachList<T>,
  reach: Reach,
  request: ReachRequest,
): Promise<{ items: T[]; nextPageToken: string }> {
  const { departmentCode } = request;
  const limit = request.pageSize || DEFAULT_PAGE_SIZE;
  const one = reach.kind === "department" && departmentCode === "" ? reach.department : departmentCode;
  if (one !== "" && !(await isDepartmentWithin(context, reach, one))) return { items: [], nextPageToken: "" };
  if (one === "" && reach.kind === "division" && !isWholeNode(context, reach.prefix)) {
    return pageOfDivision(context, list, reach.prefix, { limit, token: request.pageToken });
  }
  const part = one === "" ? list.everything : list.of(one);
  const after = request.pageToken === "" ? {} : { after: request.pageToken };
  const { items, next = "" } = await list.query({ ...part, limit, ...after });
  return { items, nextPageToken: next };
}

function isWholeNode({ runtime }: CatalogContext, prefix: string): boolean {
  return runtime.config.node.code.startsWith(prefix);
}

async function pageOfDivision<T extends Stored>(
  { registry, runtime }: CatalogContext,
  list: ReachList<T>,
  prefix: string,
  { limit, token }: { limit: number; token: string },
): Promise<{ items: T[]; nextPageToken: string }> {
  const items: T[] = [];
  let [before, within] = placeIn(token);
  for (let read = 0; read < DEPARTMENTS; read++) {
    const departments = await registry.of("department").query({
      ...{ index: "byDivision", equals: [runtime.config.node.code], from: prefix, to: `${prefix}:` },
      ...{ limit: 1, ...(before !== "" && { after: before }) },
    });
    const [department] = departments.items;
    if (!department) return { items, nextPageToken: "" };
    const after = within === "" ? {} : { after: within };
    const page = await list.query({ ...list.of(department.key), limit: limit - items.length, ...after });
    items.push(...page.items);
    if (page.next !== undefined) return { items, nextPageToken: tokenOf(before, page.next) };
    if (departments.next === undefined) return { items, nextPageToken: "" };
    [before, within] = [departments.next, ""];
    if (items.length === limit) break;
  }
  return { items, nextPageToken: tokenOf(before, within) };
}

/** The cursor that leads to a department, and that within what belongs to it. */
function tokenOf(before: string, within: string): string {
  return Buffer.from(JSON.stringify([before, within])).toString("base64url");
}

function placeIn(token: string): [string, string] {
  if (token === "") return ["", ""];
  try {
    const [before, within] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[];
    if (typeof before === "string" && typeof within === "string") return [before, within];
  } catch {
    // Told below, like any other token that this list has not given.
  }
  throw foreignPageToken();
}
