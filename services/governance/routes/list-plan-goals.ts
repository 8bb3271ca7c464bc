import { PlanGoalChoice } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { GoalProgress } from "../../domain/plan-progress.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedAmong } from "../../store/ordered-page.ts";
import type { GovernanceContext } from "../context.ts";
import { goalProgress, goalsOf, isCounted, type PlacedGoal, planOn } from "../plans/goals.ts";
import { goalView } from "../plans/plan-view.ts";

const PAGE_SIZE = 20;

/** Orders that the plan itself gives: of these only the goals of the page are asked about. */
const PLANNED = {
  "": ({ place }: PlacedGoal) => place,
  code: ({ code }: PlacedGoal) => code,
  department_code: ({ department }: PlacedGoal) => department,
  due_on: ({ dueOn }: PlacedGoal) => dueOn,
};
/** Orders that only the progress of all goals gives. */
const FOUND = {
  since: ({ since = "" }: GoalProgress) => since,
  days_late: ({ daysLate }: GoalProgress) => daysLate,
  done_since: ({ doneSince = "" }: GoalProgress) => doneSince,
};
const idOf = ({ place }: PlacedGoal) => String(place);

/** 6.2.5.2: how the goals of a plan stand on a day, a page at a time. */
export function listPlanGoals(context: GovernanceContext): Handlers<typeof PlanService>["listPlanGoals"] {
  return async ({ batch: only, choice, search, orderBy, pageSize, pageToken, ...asked }, call) => {
    const { batches, division, day } = await planOn(context, asked, call);
    const goals = goalsOf(batches).filter(
      ({ batch, code, department }) => (only === 0 || only === batch) && holdsPart(search, [code, department]),
    );
    const progress = (some: readonly PlacedGoal[]) => goalProgress(context, some, { division, day }, call);
    const wanted = { limit: pageSize || PAGE_SIZE, after: pageToken };
    const byPlan = orderBy.replace("-", "") in PLANNED && choice === PlanGoalChoice.UNSPECIFIED;
    const { items, next = "" } = byPlan
      ? orderedAmong(goals, wanted, { orderBy, keys: PLANNED, idOf })
      : orderedAmong((await progress(goals)).filter(chosen(choice)), wanted, {
          orderBy,
          keys: { ...PLANNED, ...FOUND },
          idOf,
        });
    const found = byPlan ? await progress(items) : (items as (GoalProgress & PlacedGoal)[]);
    return { goals: found.map(goalView), day, counted: isCounted(context), nextPageToken: next };
  };
}

/** Goals that are not reached, and of these those that are due. */
function chosen(choice: PlanGoalChoice): (goal: GoalProgress) => boolean {
  if (choice === PlanGoalChoice.OPEN) return ({ isReached }) => !isReached;
  if (choice === PlanGoalChoice.LATE) return ({ isReached, daysLate }) => !isReached && daysLate > 0;
  return () => true;
}
