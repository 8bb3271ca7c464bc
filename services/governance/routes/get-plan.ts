import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { reachedCase } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import { planView } from "../plans/plan-view.ts";

/** Reads a plan; one beyond reach is answered as one that does not exist. */
export function getPlan({ plans }: GovernanceContext): Handlers<typeof PlanService>["getPlan"] {
  return async ({ id }, { caller, reach }) => ({
    plan: planView(reachedCase(await plans.get(id), id, reach, "id"), caller),
  });
}
