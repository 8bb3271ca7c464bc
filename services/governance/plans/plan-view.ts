import {
  PlanAction as ContractAction,
  PlanState as ContractState,
  type Plan,
  PlanGoalKind,
  type PlanTarget,
} from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import type { Actor } from "../../domain/actor.ts";
import { isCivilDate } from "../../domain/civil-date.ts";
import { PLAN, type PlanAction, type PlanState } from "../../domain/plan-procedure.ts";
import type { GoalProgress } from "../../domain/plan-progress.ts";
import { stepsFor } from "../../domain/procedure.ts";
import { refuseField } from "../../domain/refusal.ts";
import { socialCreditCodeFault } from "../../domain/social-credit-code.ts";
import { stepsView } from "../cases/steps-view.ts";
import type { Batch, PlanDocument, Target } from "./plan-record.ts";

const STATES: Readonly<Record<PlanState, ContractState>> = {
  draft: ContractState.DRAFT,
  adopted: ContractState.ADOPTED,
  ended: ContractState.ENDED,
};

const ACTIONS: Readonly<Partial<Record<PlanAction, ContractAction>>> = {
  adopt: ContractAction.ADOPT,
  end: ContractAction.END,
};

/** A goal with its batch, and how it stands. */
type FoundGoal = GoalProgress & { batch: number };

/** The action that a contract names. */
export function planActionOf(action: ContractAction): PlanAction {
  return (Object.keys(ACTIONS) as PlanAction[]).find((name) => ACTIONS[name] === action) as PlanAction;
}

/** The state that a contract names; `undefined`: any. */
export function planStateOf(state: ContractState): PlanState | undefined {
  return (Object.keys(STATES) as PlanState[]).find((name) => STATES[name] === state);
}

/** A plan as the contract shows it to a caller, with what the caller may do now. */
export function planView(plan: PlanDocument, caller: Actor, { whole = true }: { whole?: boolean } = {}) {
  const { case: id, name, division, batches, state, steps, revision } = plan;
  const actions = caller.kind === "staff" ? stepsFor(PLAN, plan, caller) : [];
  return {
    ...{ id, name, division, state: STATES[state], steps: stepsView(steps), revision },
    actions: actions.flatMap((action) => ACTIONS[action] ?? []),
    batches: batches.map((batch, index) => ({
      ...{ number: index + 1, name: batch.name, dueOn: batch.dueOn, listChange: batch.listChange ?? "" },
      items: whole ? batch.items.map(targetView) : [],
      matters: whole ? batch.matters.map(targetView) : [],
    })),
  };
}

/** A goal and how it stands, as the contract shows it. */
export function goalView({ kind, department, isReached, since = "", isListed, doneSince = "", ...goal }: FoundGoal) {
  const { batch, code, dueOn, daysLate } = goal;
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

/** Batches as they were given. Refuses (`INVALID_FIELD`, `CODE_INVALID`) a day that is none, a code that is none, and a target twice. */
export function batchesIn({ batches }: Plan): Batch[] {
  return batches.map(({ name, dueOn, items, matters }, index) => {
    const at = `plan.batches[${index}]`;
    if (!isCivilDate(dueOn))
      throw refuseField(
        "INVALID_FIELD",
        `${at}.due_on`,
        `${dueOn} is not a day of the calendar`,
        "give a day as yyyy-MM-dd",
        `日历上没有${dueOn}，日期应为yyyy-MM-dd`,
      );
    return { name, dueOn, items: targetsIn(items, `${at}.items`), matters: targetsIn(matters, `${at}.matters`) };
  });
}

function targetsIn(targets: readonly PlanTarget[], at: string): Target[] {
  const seen = new Set<string>();
  return targets.map(({ code, departmentCode }, index) => {
    if (socialCreditCodeFault(departmentCode) !== undefined)
      throw refuseField(
        "CODE_INVALID",
        `${at}[${index}].department_code`,
        `${departmentCode} is no social credit code`,
        "copy the 18 characters from the register",
        `${departmentCode}不是统一社会信用代码，请按登记的18位填写`,
      );
    const key = `${code} ${departmentCode}`;
    if (seen.has(key))
      throw refuseField(
        "INVALID_FIELD",
        `${at}[${index}].code`,
        `${code} is there twice for ${departmentCode}`,
        "name it once in a batch",
        `${code}对部门${departmentCode}重复，同一批次只填一次`,
      );
    seen.add(key);
    return { code, department: departmentCode };
  });
}

function targetView({ code, department: departmentCode }: Target) {
  return { code, departmentCode };
}
