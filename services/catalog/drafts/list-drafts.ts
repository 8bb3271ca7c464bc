import type { StaffActor } from "../../domain/actor.ts";
import { type DraftState, itemProcedure } from "../../domain/item-procedure.ts";
import type { Reach } from "../../domain/permit.ts";
import { statesFor } from "../../domain/procedure.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import type { Query } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import type { DraftDocument, DraftLead } from "../stored/drafts.ts";

/** What drafts are looked for by: each value of an index's lead is one list, and the next goes on where the one before ends. */
export interface DraftChoice {
  lead: DraftLead;
  values: readonly (readonly string[])[];
}

/** All drafts. */
export const ALL_DRAFTS: DraftChoice = { lead: "", values: [[]] };

/** Drafts in whose states a person may find something to do at a node. */
export function waitingFor(person: StaffActor, node: string): DraftChoice {
  // Roles of the two tables differ for departments of the province alone, and these see the wider one's states.
  const states: DraftState[] = statesFor(itemProcedure(person.division), person);
  return { lead: "turn", values: states.map((state) => [node, state]) };
}

/** A page of the drafts that a choice names within reach; reach is a part of each query. */
export async function draftPage(
  { drafts }: CatalogContext,
  { lead, values }: DraftChoice,
  { reach, department, limit, pageToken }: { reach: Reach; department: string; limit: number; pageToken: string },
): Promise<{ items: DraftDocument[]; next: string }> {
  const [begin, cursor] = placeIn(pageToken, values.length);
  const items: DraftDocument[] = [];
  let after = cursor;
  for (let at = begin; at < values.length; at++) {
    const within = queryWithin(reach, lead, values[at] as readonly string[], department);
    if (!within) return { items: [], next: "" };
    const page = await drafts.query({ ...within, limit: limit - items.length, ...(after !== "" && { after }) });
    items.push(...page.items);
    if (page.next !== undefined) return { items, next: tokenOf(at, page.next) };
    after = "";
    if (items.length === limit && at + 1 < values.length) return { items, next: tokenOf(at + 1, "") };
  }
  return { items, next: "" };
}

/** The part of a query that holds it to what a caller may meet; `undefined`: nothing is. */
function queryWithin(
  reach: Reach,
  lead: DraftLead,
  values: readonly string[],
  department: string,
): Omit<Query, "limit" | "after"> | undefined {
  const ofDepartment = { index: `${lead}Departments`, equals: [...values, department] };
  const ofAll = { index: `${lead}Divisions`, equals: values };
  const chosen = department === "" ? ofAll : ofDepartment;
  switch (reach.kind) {
    case "all":
      return chosen;
    case "department":
      if (department !== "" && department !== reach.department) return undefined;
      return { index: `${lead}Departments`, equals: [...values, reach.department] };
    case "division":
      return { ...chosen, from: reach.prefix, to: `${reach.prefix}:` };
    case "account":
      return undefined;
  }
}

function tokenOf(at: number, after: string): string {
  return Buffer.from(JSON.stringify([at, after])).toString("base64url");
}

function placeIn(token: string, lists: number): [number, string] {
  if (token === "") return [0, ""];
  try {
    const [at, after] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[];
    if (Number.isSafeInteger(at) && (at as number) >= 0 && (at as number) < lists && typeof after === "string")
      return [at as number, after];
  } catch {
    // Told below, like any other token that this list has not given.
  }
  throw foreignPageToken();
}
