import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { PLAN } from "../../domain/plan-procedure.ts";
import { waitsFor } from "../../domain/procedure.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import { casesWithin, LAST_STEP } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import type { PlanDocument } from "../plans/plan-record.ts";
import { planStateOf, planView } from "../plans/plan-view.ts";

const PAGE_SIZE = 20;

const KEYS: Readonly<Record<string, (one: PlanDocument) => string>> = {
  name: ({ name }) => name,
  division: ({ division }) => division,
  ...LAST_STEP,
};

/** Lists plans within reach. */
export function listPlans({ plans }: GovernanceContext): Handlers<typeof PlanService>["listPlans"] {
  return async ({ state, search, orderBy, pageSize, pageToken, waitsForMe }, { caller, reach }) => {
    const within = casesWithin(reach, planStateOf(state));
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await orderedPage(
      plans,
      { ...within, limit, ...(pageToken !== "" && { after: pageToken }) },
      { orderBy, keys: KEYS },
      (one) => holdsPart(search, [one.name]) && (!waitsForMe || waitsFor(PLAN, one, caller)),
    );
    return { plans: items.map((one) => planView(one, caller, { whole: false })), nextPageToken: next ?? "" };
  };
}
