import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { type PlanTally, tallyByDepartment, tallyOf } from "../../domain/plan-progress.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedAmong } from "../../store/ordered-page.ts";
import type { GovernanceContext } from "../context.ts";
import { goalProgress, goalsOf, isCounted, planOn } from "../plans/goals.ts";

const PAGE_SIZE = 20;

type Row = PlanTally & { departmentCode: string };

const codeOf = ({ departmentCode }: Row) => departmentCode;

/** By code, or by what was counted. */
const ORDER = {
  keys: {
    "": codeOf,
    department_code: codeOf,
    goals: ({ goals }) => goals,
    reached: ({ reached }) => reached,
    late: ({ late }) => late,
    done: ({ done }) => done,
  } satisfies Record<string, (row: Row) => number | string>,
  idOf: codeOf,
};

/** 6.2.5.2: how far each department of a plan is on a day, a page at a time, and the plan as a whole. */
export function listPlanDepartments(context: GovernanceContext): Handlers<typeof PlanService>["listPlanDepartments"] {
  return async ({ search, orderBy, pageSize, pageToken, ...asked }, call) => {
    const { batches, division, day } = await planOn(context, asked, call);
    const found = await goalProgress(context, goalsOf(batches), { division, day }, call);
    const rows = tallyByDepartment(found)
      .map(([departmentCode, tally]): Row => ({ departmentCode, ...tally }))
      .filter(({ departmentCode }) => holdsPart(search, [departmentCode]));
    const wanted = { limit: pageSize || PAGE_SIZE, after: pageToken };
    const { items, next = "" } = orderedAmong(rows, wanted, { ...ORDER, orderBy });
    return { departments: items, total: tallyOf(found), day, counted: isCounted(context), nextPageToken: next };
  };
}
