import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { casesWithin } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import { planStateOf, planView } from "../plans/plan-view.ts";

const PAGE_SIZE = 20;

/** Lists plans within reach. */
export function listPlans({ plans }: GovernanceContext): Handlers<typeof PlanService>["listPlans"] {
  return async ({ state, pageSize, pageToken }, { caller, reach }) => {
    const within = casesWithin(reach, planStateOf(state));
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await plans.query({ ...within, limit, ...(pageToken !== "" && { after: pageToken }) });
    return { plans: items.map((one) => planView(one, caller, { whole: false })), nextPageToken: next ?? "" };
  };
}
