import { pause } from "../../base/pause.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { IdentityContext } from "../context.ts";
import { reached } from "./find-account.ts";
import { keepAccount } from "./keep-account.ts";

/** How long after its department was put into another division an account may still reach, and be reached by, the former one. */
export const FOLLOWED_WITHIN_MS = 60_000;
const ACCOUNTS_AT_ONCE = 500;
const DEPARTMENTS_AT_ONCE = 200;
const ASKED_MS = 10_000;
const EVERYTHING = { kind: "all" } as const;

/** What accounts were held against last: a digest of the divisions of all departments, and how often. */
export interface Followed {
  divisions: string;
  times: number;
}

const NOTHING: Followed = { divisions: "", times: 0 };
/** The second time finds accounts that were being put while the first one ran. */
const ENOUGH = 2;

/** Has accounts follow their departments, again and again until the signal aborts. */
export async function keepFollowing(context: IdentityContext, signal: AbortSignal): Promise<void> {
  const { log } = context.runtime;
  let followed = NOTHING;
  while (!signal.aborted) {
    await pause(FOLLOWED_WITHIN_MS, signal, { ref: false });
    if (signal.aborted) return;
    try {
      followed = await followDivisions(context, followed);
    } catch (error) {
      if (!signal.aborted)
        log.warn(
          { error: String(error) },
          "accounts cannot be held against the divisions of departments; trying later",
        );
    }
  }
}

/**
 * Puts each account into the division that its department serves now. Who administers a division meets the accounts in it, and an account of a
 * management body reaches its own (6.2): where the registry is mended or a department moves, neither may stay behind until somebody puts the account anew.
 */
export async function followDivisions(context: IdentityContext, before: Followed = NOTHING): Promise<Followed> {
  const { accounts, runtime } = context;
  if ((await accounts.query({ index: "all", limit: 1 })).items.length === 0) return NOTHING;
  const divisions = await divisionsOf(context);
  const digest = sha256Hex(Buffer.from(JSON.stringify([...divisions])));
  const times = before.divisions === digest ? before.times : 0;
  if (times >= ENOUGH) return before;
  const by = { kind: "service", node: runtime.config.node.code, name: "identity" } as const;
  for (let after: string | undefined, more = true; more; ) {
    const page = { index: "all", limit: ACCOUNTS_AT_ONCE, ...(after !== undefined && { after }) };
    const { items, next } = await accounts.query(page);
    for (const { _id: id, department, division: was } of items) {
      const division = divisions.get(department);
      if (division === undefined || division === was) continue;
      await keepAccount(context, {
        ...{ id, by, kind: "account-moved", told: { division } },
        next(old) {
          const account = reached(old, id, EVERYTHING);
          // Who was put into another department meanwhile has its division.
          return account.department === department ? { ...account, division } : account;
        },
      });
    }
    after = next;
    more = next !== undefined;
  }
  return { divisions: digest, times: times + 1 };
}

/** Divisions of all departments of the node, by their codes. */
async function divisionsOf({ registry, runtime }: IdentityContext): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const options = { timeoutMs: ASKED_MS, signal: runtime.signal };
  for (let pageToken = "", more = true; more; ) {
    const page = await registry.listDepartments({ pageSize: DEPARTMENTS_AT_ONCE, pageToken }, options);
    for (const { code, division } of page.departments) found.set(code, division);
    pageToken = page.nextPageToken;
    more = pageToken !== "";
  }
  return found;
}
