import type { Delegation, OpeningService } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Actor } from "../../domain/actor.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import { droppedFrom } from "../../domain/delegation.ts";
import { moreInDelegation } from "../../domain/only-less.ts";
import { refuseField } from "../../domain/refusal.ts";
import { requireCreditCode, requireDay, requireDepartment } from "../../registry/codes.ts";
import { requireReach } from "../../registry/reach.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { requireActingApp } from "../openings/admit-app.ts";
import {
  type DelegationDocument,
  delegationId,
  delegationOf,
  delegationValue,
  delegationView,
} from "../openings/delegation-record.ts";
import { followDelegation } from "../openings/follow-delegations.ts";
import { requireOnlyLess } from "../registry/only-less.ts";

/** 6.4.4.2, 6.4.4.4: has the app of another department act for one. */
export function putDelegation(context: CatalogContext): Handlers<typeof OpeningService>["putDelegation"] {
  const { delegations, runtime } = context;
  return async ({ delegation, validateOnly }, { reach, caller }) => {
    const given = delegation as Delegation;
    const { appKey: app, departmentCode: department } = given;
    requireDays(given);
    const _id = delegationId(app, department);
    const isNew = (await delegations.get(_id)) === undefined;
    await requireDepartment(context, "delegation.department_code", department, { isNew });
    await requireReach(context, reach, "delegation.department_code", [department]);
    if (given.grantedBy !== "") requireCreditCode("delegation.granted_by", given.grantedBy);
    await requireActingApp(context, app, "delegation.app_key");
    const valued = (old: DelegationDocument | undefined) =>
      delegationValue({ ...given, ...grantOf(given, old, caller) });
    const { itemCodes, matterCodes, until } = given;
    const line = { app, department, items: [...itemCodes], matters: [...matterCodes], until };
    const change = async (old: DelegationDocument | undefined): Promise<DelegationDocument | undefined> => {
      const value = valued(old);
      if (old && canonicalJson(old.value) === canonicalJson(value)) return undefined;
      const said = requireOnlyLess(caller, "delegation", moreThan(old, value));
      if (validateOnly) return undefined;
      const { grantedBy } = delegationView({ value });
      // First: what has been granted without a line would never get one, since the same again changes nothing.
      await runtime.evidence.append("delegation-changed", { ...line, grantedBy, by: callerName(caller), ...said });
      return next(old, { _id, revision: 1, app, department, value });
    };
    const stored = await changeStored(delegations, _id, change);
    if (!stored) return { delegation: delegationView({ value: valued(await delegations.get(_id)) }) };
    await followDelegation(context, stored);
    context.bell.ring();
    return { delegation: delegationView(stored) };
  };
}

/** Who granted it: what staff end or narrow keeps that. */
function grantOf({ grantedBy, departmentCode }: Delegation, old: DelegationDocument | undefined, { kind }: Actor) {
  if (kind !== "staff" || !old) return { grantedBy: grantedBy || departmentCode, carriedOver: false };
  const before = delegationView(old);
  return { grantedBy: before.grantedBy, carriedOver: before.carriedOver };
}

function moreThan(old: DelegationDocument | undefined, value: DelegationDocument["value"]): string[] {
  return moreInDelegation(old && delegationOf(old), delegationOf({ value }));
}

/** What takes the place of a delegation, with what its app does no more. */
function next(old: DelegationDocument | undefined, wanted: DelegationDocument): DelegationDocument {
  if (!old) return { ...wanted, follow: "" };
  const lists = (value: DelegationDocument) => {
    const { itemCodes: items, matterCodes: matters } = delegationView(value);
    return { items, matters };
  };
  const less = droppedFrom(lists(old), lists(wanted));
  const items = [...new Set([...(old.dropped?.items ?? []), ...less.items])];
  const matters = [...new Set([...(old.dropped?.matters ?? []), ...less.matters])];
  return { ...wanted, revision: old.revision, dropped: { items, matters }, follow: "" };
}

function requireDays({ since, until }: Delegation): void {
  requireDay("delegation.since", since);
  if (until === "") return;
  requireDay("delegation.until", until);
  if (until >= since) return;
  const remedy = "name a last day that is not before the first";
  const localized = `最后一日${until}早于第一日${since}，请更正`;
  throw refuseField("DATE_RANGE_INVALID", "delegation.until", `lies before ${since}`, remedy, localized);
}
