import type { GetStandingsResponse } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { requireCivilDate, shanghaiDay } from "../../domain/civil-date.ts";
import { type GoalFacts, type GoalProgress, type PlanGoal, progressOf } from "../../domain/plan-progress.ts";
import { hasService } from "../../host/place.ts";
import { compareKeys } from "../../store/key.ts";
import { reachedCase } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import { onBehalf } from "./on-behalf.ts";
import type { Batch } from "./plan-record.ts";

/** Goals of a kind that the catalog is asked about at a time, as its contract allows. */
const AT_ONCE = 1_000;

/** Whether this node counts what is really issued and used. */
export function isCounted({ runtime }: Pick<GovernanceContext, "runtime">): boolean {
  return hasService(runtime.config, "supervision");
}

/** A plan within reach and the day that its progress is asked of: today in Shanghai where none is named. Refused: `INVALID_FIELD`, `CASE_UNKNOWN`. */
export async function planOn(
  { plans, runtime }: GovernanceContext,
  { id, day: asked }: { id: string; day: string },
  { reach }: CallContext,
): Promise<{ batches: readonly Batch[]; division: string; day: string }> {
  const day = asked || shanghaiDay(runtime.now());
  requireCivilDate(day, "day");
  const { batches, division } = reachedCase(await plans.get(id), id, reach, "id");
  return { batches, division, day };
}

/** A goal at its place in a plan. */
export type PlacedGoal = PlanGoal & {
  /** Number of its batch, from 1. */
  batch: number;
  /** Which it is of the whole plan, from 0. */
  place: number;
};

/** The goals of a plan, by batch, its items before its matters. */
export function goalsOf(batches: readonly Batch[]): PlacedGoal[] {
  const goals = batches.flatMap(({ items, matters, dueOn }, index) => [
    ...items.map((one) => ({ kind: "issue" as const, ...one, dueOn, batch: index + 1 })),
    ...matters.map((one) => ({ kind: "use" as const, ...one, dueOn, batch: index + 1 })),
  ]);
  return goals.map((goal, place) => ({ ...goal, place }));
}

/**
 * How goals stand on a day (6.2.5.2), in their order: what is opened as the catalog of this node has it, what was really issued or used as supervision has
 * counted it. Of departments beyond the division of the plan both tell nothing.
 */
export async function goalProgress(
  context: GovernanceContext,
  wanted: readonly PlacedGoal[],
  { division, day }: { division: string; day: string },
  call: CallContext,
): Promise<(GoalProgress & PlacedGoal)[]> {
  // Department by department: what one has done is read once then, wherever its goals stand in the plan.
  const byDepartment = wanted.toSorted((one, other) => compareKeys(one.department, other.department));
  const ofKind = (kind: PlanGoal["kind"]) => portions(byDepartment.filter((goal) => goal.kind === kind));
  const facts = new Map<PlanGoal, GoalFacts>();
  for (const goals of [...ofKind("issue"), ...ofKind("use")]) {
    const asked = {
      items: goals.flatMap(({ kind, code, department }) =>
        kind === "issue" ? [{ itemCode: code, departmentCode: department }] : [],
      ),
      matters: goals.flatMap(({ kind, code }) => (kind === "use" ? [code] : [])),
      ...{ day, division },
    };
    const told = await context.lists.getStandings(asked, onBehalf(call));
    const done = await firstDays(context, goals, { division, day }, call);
    for (const [index, goal] of goals.entries()) {
      const doneSince = done[index];
      facts.set(goal, { ...factsIn(told, goal, index), ...(doneSince && { doneSince }) });
    }
  }
  return progressOf(wanted, (goal) => facts.get(goal) as GoalFacts, day);
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
function portions(goals: readonly PlacedGoal[]): PlacedGoal[][] {
  const found: PlacedGoal[][] = [];
  for (let begin = 0; begin < goals.length; begin += AT_ONCE) found.push(goals.slice(begin, begin + AT_ONCE));
  return found;
}

function factsIn(told: GetStandingsResponse, { kind }: PlanGoal, index: number): GoalFacts {
  const item = told.items[index];
  const since = kind === "issue" ? item?.openSince : told.matters[index]?.usedSince;
  const isListed = kind === "issue" && item?.listed === true;
  return since ? { isReached: true, since, isListed } : { isReached: false, isListed };
}
