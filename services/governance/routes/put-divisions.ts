import { DivisionOutcome } from "../../../proto/gen/ecert/governance/v1/division_pb.ts";
import type { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { GovernanceContext } from "../context.ts";
import { keepDivisions } from "../divisions/keep-divisions.ts";
import { type PlannedDivision, planDivisions } from "../divisions/plan-divisions.ts";

const OUTCOMES: Record<PlannedDivision["outcome"], DivisionOutcome> = {
  added: DivisionOutcome.ADDED,
  renamed: DivisionOutcome.RENAMED,
  ended: DivisionOutcome.ENDED,
  mended: DivisionOutcome.MENDED,
};
const FAULTS_TOLD = 500;

/** 4.2: brings divisions in step with a list, all of it or nothing. */
export function putDivisions(context: GovernanceContext): Handlers<typeof DivisionService>["putDivisions"] {
  return async ({ source, sourceDate, rows: given, wholeOf, dryRun }, { caller, reach }) => {
    const rows = given.map(({ code, name, from, until, successorCode: successor, bodyCode: body }) => ({
      ...{ code, name, from, until, successor, body },
    }));
    const { planned, faults } = await planDivisions(context, { source, sourceDate, rows, wholeOf, reach });
    if (faults.length > 0) return { stored: false, faults: faults.slice(0, FAULTS_TOLD), faultCount: faults.length };
    if (!dryRun) await keepDivisions(context, { source, sourceDate, rows }, planned, callerName(caller));
    return { stored: !dryRun, changes: planned.map(changeOf) };
  };
}

function changeOf({ outcome, before, after }: PlannedDivision) {
  const nameBefore = before?.periods.at(-1)?.name ?? "";
  return { code: after.code, outcome: OUTCOMES[outcome], nameBefore, nameAfter: after.periods.at(-1)?.name ?? "" };
}
