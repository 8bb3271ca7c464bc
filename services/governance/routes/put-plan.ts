import type { Plan } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { isWithin } from "../../domain/division.ts";
import { PLAN } from "../../domain/plan-procedure.ts";
import { refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { reachedCase } from "../cases/case-record.ts";
import { overtaken, requireRevision } from "../cases/take-case-step.ts";
import { withWriting } from "../cases/writing-step.ts";
import type { GovernanceContext } from "../context.ts";
import type { PlanDocument } from "../plans/plan-record.ts";
import { batchesIn, planView } from "../plans/plan-view.ts";

const TRIES = 20;

/** 6.2.5.1: draws a plan up, or mends it while it is a draft. Who has put it once does not adopt it. */
export function putPlan({ plans, runtime }: GovernanceContext): Handlers<typeof PlanService>["putPlan"] {
  return async ({ plan }, { caller, reach }) => {
    const given = plan as Plan;
    const { id, name, division } = given;
    const person = caller as StaffActor;
    const { department, division: own } = person;
    if (!isWithin(division, own)) throw beyond(division);
    const batches = batchesIn(given);
    const next = async (old: PlanDocument | undefined): Promise<PlanDocument> => {
      if (old) {
        reachedCase(old, id, reach);
        requireRevision(old, given.revision);
        requireDraft(old);
        if (isSame(old, { name, division, batches })) return old;
      }
      await runtime.evidence.append("plan-put", { code: id, by: callerName(caller) });
      const steps = withWriting(old?.steps ?? [], "prepare", person, runtime.now());
      const told = { case: id, department, division, state: "draft", steps, name, batches } as const;
      return { _id: id, revision: old?.revision ?? 1, ...told };
    };
    const patience = { tries: TRIES, spent: () => overtaken(id) };
    const stored = await changeStored<PlanDocument, PlanDocument>(plans, id, next, patience);
    return { plan: planView(stored, caller) };
  };
}

function isSame(old: PlanDocument, { name, division, batches }: Pick<PlanDocument, "name" | "division" | "batches">) {
  return old.name === name && old.division === division && JSON.stringify(old.batches) === JSON.stringify(batches);
}

function requireDraft({ state }: PlanDocument): void {
  if (state === "draft") return;
  const localized = `计划处于“${PLAN.states[state]}”，不能修改；请结束后另行拟定`;
  throw refuseField("STEP_REFUSED", "plan.id", `what is ${state} is not changed`, "end it and put another", localized);
}

function beyond(division: string) {
  const description = `${division} is neither your division nor below it`;
  const localized = `${division}不属于您所辖的行政区划，请由其电子证照管理机构办理`;
  return refuseField(
    "PERMISSION_DENIED",
    "plan.division",
    description,
    "leave it to the body of that division",
    localized,
  );
}
