import type { Reach } from "../../domain/permit.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import { BY_NODE } from "../../registry/record.ts";
import type { Page } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { knownDepartment } from "../registry/departments.ts";
import type { RegistryDocument } from "../stored/records.ts";

/** Departments that one page looks through: most of a division may have no matters that are asked for. */
const MOST_DEPARTMENTS = 200;

/** What is looked for. */
export interface MatterSearch {
  reach: Reach;
  /** Department; empty: all within reach. */
  departmentCode: string;
  /** Item that they issue; empty: any. */
  itemCode: string;
  limit: number;
  /** Token of the page before; empty: from the start. */
  token: string;
}

/** A page of matters within reach, which goes into the query: by department, or by the departments of a division one after another. */
export function mattersWithin(context: CatalogContext, search: MatterSearch): Promise<Page<RegistryDocument>> {
  const { reach, departmentCode, itemCode, limit, token } = search;
  if (departmentCode !== "") return ofDepartment(context, departmentCode, itemCode, limit, token);
  switch (reach.kind) {
    case "department":
      return ofDepartment(context, reach.department, itemCode, limit, token);
    case "division":
      return ofDivision(context, reach.prefix, search);
    case "account":
      return Promise.resolve({ items: [] });
    case "all":
      return itemCode === "" ? ofAll(context, limit, token) : ofNodes(context, search);
  }
}

/**
 * How they are read by their codes where an index has that order: those of one department, or of all that a node below the province has. `undefined` where
 * none has it: the departments of a division follow each other.
 */
export function codeOrderOf(
  { registry, runtime }: CatalogContext,
  { reach, departmentCode, itemCode }: Pick<MatterSearch, "reach" | "departmentCode" | "itemCode">,
): ((part: { limit: number; token: string; descending: boolean }) => Promise<Page<RegistryDocument>>) | undefined {
  const { node } = runtime.config;
  const one = reach.kind === "department" ? reach.department : departmentCode;
  const isWhole = reach.kind === "all" || (reach.kind === "division" && node.code.startsWith(reach.prefix));
  if (itemCode !== "" || (one === "" && (!isWhole || isProvince(node)))) return undefined;
  const of = one === "" ? { index: BY_NODE.name, equals: [node.code] } : { index: "departments", equals: [one] };
  return ({ token, ...part }) => registry.of("matter").query({ ...of, ...part, ...(token !== "" && { after: token }) });
}

function ofDepartment({ registry }: CatalogContext, code: string, item: string, limit: number, token: string) {
  const after = token === "" ? {} : { after: token };
  if (item === "") return registry.of("matter").query({ index: "departments", equals: [code], limit, ...after });
  return registry.of("matter").query({ index: "issuedByDepartments", equals: [code, item], limit, ...after });
}

function ofAll({ registry }: CatalogContext, limit: number, token: string) {
  return registry.of("matter").query({ index: "departments", limit, ...(token !== "" && { after: token }) });
}

/** By item alone: of this node, at the province then of each other. */
async function ofNodes({ registry, runtime }: CatalogContext, { itemCode, limit, token }: MatterSearch) {
  const { node, peers } = runtime.config;
  const nodes = [node.code, ...(isProvince(node) ? peers.map((peer) => peer.node) : [])];
  let [place, after] = token === "" ? [0, ""] : placeIn(token);
  const items: RegistryDocument[] = [];
  for (; place < nodes.length && items.length < limit; place++) {
    const equals = [nodes[place] as string, itemCode];
    const query = { index: "issuedItems", equals, limit: limit - items.length };
    const page = await registry.of("matter").query({ ...query, ...(after !== "" && { after }) });
    items.push(...page.items);
    after = page.next ?? "";
    if (after !== "") break;
  }
  return { items, ...(place < nodes.length && { next: tokenOf([place, after]) }) };
}

/**
 * Of departments that serve a division or one below it. Each is looked at where it is counted: at the province at the node which owns it, so that none
 * comes twice.
 */
async function ofDivision(context: CatalogContext, prefix: string, { itemCode, limit, token }: MatterSearch) {
  const { registry } = context;
  const bounds = { index: "divisions", from: prefix, to: `${prefix}:` };
  let [, after, inside] = token === "" ? [0, "", ""] : placeIn(token);
  const items: RegistryDocument[] = [];
  for (let looked = 0; looked < MOST_DEPARTMENTS && items.length < limit; looked++) {
    const departments = await registry.of("department").query({ ...bounds, limit: 1, ...(after !== "" && { after }) });
    const [department] = departments.items;
    if (!department) return { items };
    const counted = await knownDepartment(context, department.key);
    if (counted?.node === department.node) {
      const page = await ofDepartment(context, department.key, itemCode, limit - items.length, inside ?? "");
      items.push(...page.items);
      if (page.next !== undefined) return { items, next: tokenOf([0, after, page.next]) };
    }
    if (departments.next === undefined) return { items };
    [after, inside] = [departments.next, ""];
  }
  return { items, next: tokenOf([0, after, ""]) };
}

type Place = [number, string, string?];

function tokenOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

function placeIn(token: string): Place {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    // Told below.
  }
  const [place, after, inside = ""] = Array.isArray(parts) ? parts : [];
  if (Number.isSafeInteger(place) && place >= 0 && typeof after === "string" && typeof inside === "string") {
    return [place, after, inside];
  }
  throw foreignPageToken();
}
