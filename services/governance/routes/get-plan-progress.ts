import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { tallyByDepartment, tallyOf } from "../../domain/plan-progress.ts";
import type { GovernanceContext } from "../context.ts";
import { goalProgress, goalsOf, isCounted, planOn } from "../plans/goals.ts";
import { goalView } from "../plans/plan-view.ts";

/** 6.2.5.2, 6.2.6.1: how the goals of a plan stand on a day, and which departments are late. */
export function getPlanProgress(context: GovernanceContext): Handlers<typeof PlanService>["getPlanProgress"] {
  return async ({ batch: only, ...asked }, call) => {
    const { batches, division, day } = await planOn(context, asked, call);
    const goals = goalsOf(batches).filter(({ batch }) => only === 0 || only === batch);
    const found = await goalProgress(context, goals, { division, day }, call);
    const departments = tallyByDepartment(found).map(([departmentCode, tally]) => ({ departmentCode, ...tally }));
    return { goals: found.map(goalView), total: tallyOf(found), departments, day, counted: isCounted(context) };
  };
}
