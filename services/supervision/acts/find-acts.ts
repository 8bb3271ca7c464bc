import type { ListActsRequest } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { cursorBehindKey } from "../../store/plan.ts";
import type { KeyValue, Page } from "../../store/port.ts";
import type { SupervisionContext } from "../context.ts";
import type { ActDocument } from "./act-record.ts";
import { departmentScope } from "./act-scopes.ts";

/** What is looked for; what is absent limits nothing. */
export interface ActsWanted
  extends Pick<ListActsRequest, "identifier" | "account" | "appKey" | "departmentCode" | "kind"> {
  /** As the store has times; empty: from the first, up to the newest. */
  from: string;
  to: string;
}

/** Acts that are read for one page at most: of what several things name, one index finds the most and the rest is looked through. */
const LOOKED = 1_000;

/**
 * A page of what a scope sees, the newest first, or the oldest. A page may be short, or empty, and still have a next. Throws `INVALID_FIELD` for a foreign token.
 */
export async function findActs(
  { done }: Pick<SupervisionContext, "done">,
  seen: string,
  wanted: ActsWanted,
  { limit, after, oldestFirst = false }: { limit: number; after: string; oldestFirst?: boolean },
): Promise<Page<ActDocument>> {
  const { index, equals } = indexFor(
    wanted,
    wanted.departmentCode === "" ? seen : departmentScope(wanted.departmentCode),
  );
  const items: ActDocument[] = [];
  // Keys begin with the time: what comes first lies behind the bound.
  const begin = oldestFirst ? wanted.from : wanted.to;
  let next: string | undefined = after || (begin === "" ? undefined : cursorBehindKey(index, begin));
  for (let looked = 0; ; ) {
    const page = await done.acts.query({
      ...{ index, equals, descending: !oldestFirst, limit },
      ...(next !== undefined && { after: next }),
    });
    looked += page.items.length;
    const reached = page.items.filter(({ _id }) =>
      oldestFirst ? wanted.to === "" || _id < wanted.to : _id >= wanted.from,
    );
    for (const act of reached) {
      if (!isWanted(act, wanted, seen)) continue;
      items.push(act);
      // The place behind an act is its key, whatever page of the store it came with.
      if (items.length === limit) return { items, next: cursorBehindKey(index, act._id) };
    }
    next = page.next;
    if (next === undefined || reached.length < page.items.length) return { items };
    if (looked >= LOOKED) return { items, next };
  }
}

/** The index that leaves the fewest: certificates have few acts, people fewer than apps, apps fewer than departments. */
function indexFor(
  { identifier, account, appKey, kind }: ActsWanted,
  scope: string,
): { index: string; equals: KeyValue[] } {
  if (identifier !== "") return { index: "certificate", equals: [identifier, scope] };
  if (account !== "") return { index: "person", equals: [account, scope] };
  if (appKey !== "") return { index: "app", equals: [appKey, scope] };
  if (kind !== "") return { index: "kind", equals: [kind, scope] };
  return { index: "within", equals: [scope] };
}

function isWanted(act: ActDocument, { account, appKey, kind }: ActsWanted, scope: string): boolean {
  if (!act.within.includes(scope)) return false;
  return [
    [account, act.person],
    [appKey, act.app],
    [kind, act.kind],
  ].every(([asked, has]) => asked === "" || asked === has);
}
