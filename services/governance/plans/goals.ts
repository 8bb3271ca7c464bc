import type { GetStandingsResponse } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { type GoalFacts, type GoalProgress, type PlanGoal, progressOf } from "../../domain/plan-progress.ts";
import type { GovernanceContext } from "../context.ts";
import { onBehalf } from "./on-behalf.ts";
import type { Batch } from "./plan-record.ts";

/** Goals of a batch that the catalog is asked about at a time. */
const AT_ONCE = 200;

/** How the goals of a batch stand on a day, as the catalog of this node has it (6.2.5.2). */
export async function batchProgress(
  { lists }: GovernanceContext,
  { items, matters, dueOn }: Batch,
  day: string,
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
      day,
    };
    const told = await lists.getStandings(asked, onBehalf(call));
    const facts = new Map(goals.map((goal, index) => [goal, factsIn(told, goal, index)]));
    found.push(...progressOf(goals, (goal) => facts.get(goal) as GoalFacts, day));
  }
  return found;
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
