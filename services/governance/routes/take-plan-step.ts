import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { PLAN } from "../../domain/plan-procedure.ts";
import { takeCaseStep } from "../cases/take-case-step.ts";
import type { GovernanceContext } from "../context.ts";
import { planActionOf, planView } from "../plans/plan-view.ts";

/** 6.2.5.1: adopts or ends a plan. */
export function takePlanStep({ plans, runtime }: GovernanceContext): Handlers<typeof PlanService>["takePlanStep"] {
  return async ({ id, action, remark, revision }, call) => {
    const room = { collection: plans, runtime, procedure: PLAN };
    const wanted = { id, action: planActionOf(action), remark, revision, evidence: "plan-step", judged: () => ({}) };
    return { plan: planView(await takeCaseStep(room, wanted, call), call.caller) };
  };
}
