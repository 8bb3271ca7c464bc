import { PlanGoalKind } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireCivilDate, shanghaiDay } from "../../domain/civil-date.ts";
import { type GoalProgress, tallyByDepartment, tallyOf } from "../../domain/plan-progress.ts";
import { reachedCase } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import { batchProgress, isCounted } from "../plans/goals.ts";

/** 6.2.5.2, 6.2.6.1: how the goals of a plan stand on a day, and which departments are late. */
export function getPlanProgress(context: GovernanceContext): Handlers<typeof PlanService>["getPlanProgress"] {
  return async ({ id, day: asked, batch: only }, call) => {
    const { plans, runtime } = context;
    const day = asked || shanghaiDay(runtime.now());
    requireCivilDate(day, "day");
    const { batches, division } = reachedCase(await plans.get(id), id, call.reach, "id");
    const found: (GoalProgress & { batch: number })[] = [];
    for (const [index, batch] of batches.entries()) {
      if (only !== 0 && only !== index + 1) continue;
      const goals = await batchProgress(context, batch, { division, day }, call);
      found.push(...goals.map((goal) => ({ ...goal, batch: index + 1 })));
    }
    const departments = tallyByDepartment(found).map(([departmentCode, tally]) => ({ departmentCode, ...tally }));
    return { goals: found.map(goalView), total: tallyOf(found), departments, day, counted: isCounted(context) };
  };
}

function goalView({
  batch,
  kind,
  code,
  department,
  dueOn,
  isReached,
  since = "",
  isListed,
  daysLate,
  doneSince = "",
}: GoalProgress & { batch: number }) {
  return {
    ...{
      batch,
      code,
      departmentCode: department,
      dueOn,
      reached: isReached,
      since,
      listed: isListed,
      daysLate,
      doneSince,
    },
    kind: kind === "issue" ? PlanGoalKind.ISSUE : PlanGoalKind.USE,
  };
}
