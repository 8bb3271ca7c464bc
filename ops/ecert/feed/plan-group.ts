import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { Group } from "./action.ts";
import { getAction, listAction, putAction } from "./actions.ts";

const plans = PlanService.method;
const REMARK = { value: "TEXT", chinese: "意见", english: "what is said with it" } as const;

/** 6.2.5: promotion plans and how they stand. */
export const PLAN: Group = {
  word: "plan",
  chinese: "实施推广计划",
  english: "plans of what is to be electronic, by which day",
  actions: {
    put: putAction(plans.putPlan, "plan", ["id"]),
    list: listAction(plans.listPlans, "plans", ["id", "name", "division", "state"]),
    get: getAction(plans.getPlan, ["id"], ["ID"]),
    step: {
      kind: "call",
      method: plans.takePlanStep,
      keys: ["id", "revision", "action"],
      takes: ["ID", "REVISION", "ACTION"],
      chinese: "通过 PLAN_ACTION_ADOPT，结束 PLAN_ACTION_END",
      english: "PLAN_ACTION_ADOPT by another person, or PLAN_ACTION_END",
      options: { remark: REMARK },
    },
    progress: {
      ...listAction(plans.getPlanProgress, "goals", [
        ...["batch", "kind", "code", "departmentCode", "dueOn", "reached", "since", "listed", "daysLate"],
      ]),
      keys: ["id", "day"],
      takes: ["ID", "DAY"],
      chinese: "某日的进度与滞后天数",
      english: "how its goals stand on a day, and how late they are",
    },
    "list-batch": {
      kind: "call",
      method: plans.prepareBatchList,
      keys: ["id", "batch", "from"],
      takes: ["ID", "BATCH", "FROM"],
      chinese: "将一批目录项拟入应开通目录，待另一人发布",
      english: "drafts the list change of a batch, for another person to publish",
    },
  },
};
