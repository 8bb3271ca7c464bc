import type { Officers } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";

/** A security key of an officer, as an agent has told of it. Days, Shanghai. */
export interface ToldKey {
  account: string;
  credentialId: Uint8Array;
  since: string;
  /** Last day; empty: as long as the list holds. */
  until: string;
}

/** A department's list of officers, as an agent has told of it. */
export interface ToldList {
  department: string;
  version: bigint;
  from: string;
  until: string;
  rpId: string;
  keys: readonly ToldKey[];
}

/** Whose confirmations an agent takes, for which items, and how old. What it judges by, it alone knows. */
export interface ToldOfficers {
  items: ReadonlySet<string>;
  /** Those of the items that are confirmed on the agent's own page alone, and where that is. */
  pageItems: ReadonlySet<string>;
  page: string;
  lists: readonly ToldList[];
  maxAgeSeconds: number;
}

/** A list as it stands for an item. `page`: where alone the agent takes the confirmation, its own page. */
export type ListInForce = ToldList & { maxAgeSeconds: number; page?: string };

/** Security keys that are taken from one agent (contract of `OfficerList`). */
const MAX_KEYS = 2_000;

/** Reads what an agent tells; of one that tells nothing, or more than the contract has, `undefined`. */
export function toldOfficers(officers: Officers | undefined): ToldOfficers | undefined {
  if (!officers || officers.lists.some(({ keys }) => keys.length > MAX_KEYS)) return undefined;
  const { items, pageItems, page, lists, maxAgeSeconds } = officers;
  const own = { pageItems: new Set(pageItems), page };
  return { items: new Set(items), ...own, lists, maxAgeSeconds: Number(maxAgeSeconds) };
}

/** The newest list of a department among what agents have told, for an item that its officers confirm. */
export function listFor(
  told: readonly (ToldOfficers | undefined)[],
  { item, department }: { item: string; department: string },
): ListInForce | undefined {
  const lists = told.flatMap((one) => {
    if (!one?.items.has(item)) return [];
    const { maxAgeSeconds, pageItems, page } = one;
    return one.lists.map((list) => ({ ...list, maxAgeSeconds, ...(pageItems.has(item) && { page }) }));
  });
  const own = lists.filter((list) => list.department === department);
  return own.toSorted((a, b) => Number(b.version - a.version))[0];
}

/** Credential ids of an account that are good on a day. */
export function keysOf({ keys, from, until }: ToldList, account: string, day: string): Uint8Array[] {
  if (day < from || day > until) return [];
  return keys
    .filter((key) => key.account === account && key.since <= day && (key.until === "" || day <= key.until))
    .map(({ credentialId }) => credentialId);
}
