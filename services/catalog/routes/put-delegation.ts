import type { Delegation, OpeningService } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Actor } from "../../domain/actor.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import { droppedFrom } from "../../domain/delegation.ts";
import { moreInDelegation } from "../../domain/only-less.ts";
import { Refusal } from "../../domain/refusal.ts";
import { requireDepartment } from "../../registry/codes.ts";
import { changeRecord } from "../../registry/keep-record.ts";
import { requireReach } from "../../registry/reach.ts";
import type { CatalogContext } from "../context.ts";
import { requireActingApp } from "../openings/admit-app.ts";
import {
  DELEGATION,
  type DelegationDocument,
  delegationId,
  delegationOf,
  delegationValue,
  delegationView,
} from "../openings/delegation-record.ts";
import { checkDelegation } from "../openings/delegation-terms.ts";
import { followDelegation } from "../openings/follow-delegations.ts";
import { tellFormerDelegation } from "../openings/tell-former.ts";
import { requireOnlyLess } from "../registry/only-less.ts";

/** 6.4.4.2, 6.4.4.4: has the app of another department act for one. */
export function putDelegation(context: CatalogContext): Handlers<typeof OpeningService>["putDelegation"] {
  const { delegations, runtime } = context;
  return async ({ delegation, validateOnly, changes: seen }, { reach, caller }) => {
    const given = delegation as Delegation;
    const { appKey: app, departmentCode: department } = given;
    checkDelegation(given, runtime.config.node.code);
    const key = delegationId(app, department);
    await tellFormerDelegation(context, key);
    const old = await delegations.registry.of(DELEGATION).get(key);
    await requireDepartment(context, "delegation.department_code", department, { isNew: old === undefined });
    await requireReach(context, reach, "delegation.department_code", [department]);
    await requireActingApp(context, app, "delegation.app_key");
    const before = { ...(old && { before: delegationView(old) }), changes: BigInt(old?.changes ?? 0) };
    if (seen !== undefined && seen !== before.changes) throw changedByOthers(key);
    const value = delegationValue({ ...given, ...grantOf(given, old, caller) });
    if (isSame(old?.value, value)) return { delegation: delegationView({ value }), ...before };
    const said = requireOnlyLess(caller, "delegation", moreThan(old, value));
    if (validateOnly) return { delegation: delegationView({ value }), ...before };
    const { itemCodes, matterCodes, until } = given;
    const line = { app, department, items: [...itemCodes], matters: [...matterCodes], until };
    const { grantedBy } = delegationView({ value });
    // First: what has been granted without a line would never get one, since the same again changes nothing.
    await runtime.evidence.append("delegation-changed", { ...line, grantedBy, by: callerName(caller), ...said });
    const next = (now: DelegationDocument | undefined) => {
      // What was judged above is what is changed.
      const isOther = seen !== undefined && seen !== BigInt(now?.changes ?? 0);
      if (isOther || !isSame(old?.value, now?.value)) throw changedByOthers(key);
      return { value, beside: { app, department, ...toFollow(now, value) } };
    };
    const stored = await changeRecord(delegations, DELEGATION, key, next, caller);
    await followDelegation(context, stored);
    context.bell.ring();
    return { delegation: delegationView(stored), ...before };
  };
}

function isSame(one: JsonObject | undefined, other: JsonObject | undefined): boolean {
  return canonicalJson(one ?? null) === canonicalJson(other ?? null);
}

function changedByOthers(key: string): Refusal {
  const message = `delegation ${key} is being changed by others; try again`;
  return new Refusal("REVISION_CONFLICT", message, { retryAfterMs: 100 });
}

/** Who granted it: what staff end or narrow keeps that. */
function grantOf({ grantedBy, departmentCode }: Delegation, old: DelegationDocument | undefined, { kind }: Actor) {
  if (kind !== "staff" || !old) return { grantedBy: grantedBy || departmentCode, carriedOver: false };
  const before = delegationView(old);
  return { grantedBy: before.grantedBy, carriedOver: before.carriedOver };
}

function moreThan(old: DelegationDocument | undefined, value: JsonObject): string[] {
  return moreInDelegation(old && delegationOf(old), delegationOf({ value }));
}

/** What the app does no more, for the records that name it to follow. */
function toFollow(
  old: DelegationDocument | undefined,
  value: JsonObject,
): Pick<DelegationDocument, "dropped" | "follow"> {
  if (!old) return { follow: "" };
  const lists = (document: Pick<DelegationDocument, "value">) => {
    const { itemCodes: items, matterCodes: matters } = delegationView(document);
    return { items, matters };
  };
  const less = droppedFrom(lists(old), lists({ value }));
  const items = [...new Set([...(old.dropped?.items ?? []), ...less.items])];
  const matters = [...new Set([...(old.dropped?.matters ?? []), ...less.matters])];
  return { dropped: { items, matters }, follow: "" };
}
