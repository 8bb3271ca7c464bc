import type { GetStandingsResponse } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { type GoalFacts, type GoalProgress, type PlanGoal, progressOf } from "../../domain/plan-progress.ts";
import { hasService } from "../../host/place.ts";
import type { GovernanceContext } from "../context.ts";
import { onBehalf } from "./on-behalf.ts";
import type { Batch } from "./plan-record.ts";

/** Goals of a batch that the catalog is asked about at a time. */
const AT_ONCE = 200;

/** Whether this node counts what is really issued and used. */
export function isCounted({ runtime }: Pick<GovernanceContext, "runtime">): boolean {
  return hasService(runtime.config, "supervision");
}

/**
 * How the goals of a batch stand on a day (6.2.5.2): what is opened as the catalog of this node has it, what was really issued or used as supervision has counted
 * it. Of departments beyond the division of the plan both tell nothing.
 */
export async function batchProgress(
  context: GovernanceContext,
  { items, matters, dueOn }: Batch,
  { division, day }: { division: string; day: string },
  call: CallContext,
): Promise<GoalProgress[]> {
  const issue = items.map((one): PlanGoal => ({ kind: "issue", ...one, dueOn }));
  const use = matters.map((one): PlanGoal => ({ kind: "use", ...one, dueOn }));
  const found: GoalProgress[] = [];
  for (const goals of [...portions(issue), ...portions(use)]) {
    const asked = {
      items: goals.flatMap(({ kind, code, department }) =>
        kind === "issue" ? [{ itemCode: code, departmentCode: department }] : [],
      ),
      matters: goals.flatMap(({ kind, code }) => (kind === "use" ? [code] : [])),
      ...{ day, division },
    };
    const told = await context.lists.getStandings(asked, onBehalf(call));
    const done = await firstDays(context, goals, { division, day }, call);
    const facts = new Map(
      goals.map((goal, index) => {
        const doneSince = done[index];
        return [goal, { ...factsIn(told, goal, index), ...(doneSince && { doneSince }) }];
      }),
    );
    found.push(...progressOf(goals, (goal) => facts.get(goal) as GoalFacts, day));
  }
  return found;
}

/** First days of goals of one kind, in their order; none where nothing is counted at this node. */
async function firstDays(
  context: GovernanceContext,
  goals: readonly PlanGoal[],
  bounds: { division: string; day: string },
  call: CallContext,
): Promise<readonly string[]> {
  if (!isCounted(context)) return [];
  const doings = (kind: PlanGoal["kind"]) =>
    goals
      .filter((goal) => goal.kind === kind)
      .map(({ code, department: departmentCode }) => ({ code, departmentCode }));
  const asked = { ...bounds, items: doings("issue"), matters: doings("use") };
  const { items, matters } = await context.supervision.getFirstDays(asked, onBehalf(call));
  return [...items, ...matters];
}

/** Portions have goals of one kind, so that places in question and answer are the same. */
function portions(goals: readonly PlanGoal[]): PlanGoal[][] {
  const found: PlanGoal[][] = [];
  for (let begin = 0; begin < goals.length; begin += AT_ONCE) found.push(goals.slice(begin, begin + AT_ONCE));
  return found;
}

function factsIn(told: GetStandingsResponse, { kind }: PlanGoal, index: number): GoalFacts {
  const item = told.items[index];
  const since = kind === "issue" ? item?.openSince : told.matters[index]?.usedSince;
  const isListed = kind === "issue" && item?.listed === true;
  return since ? { isReached: true, since, isListed } : { isReached: false, isListed };
}
