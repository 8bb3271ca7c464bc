import { randomUUID } from "node:crypto";
import type { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { isWithin } from "../../domain/division.ts";
import type { Reach } from "../../domain/permit.ts";
import { PLAN } from "../../domain/plan-procedure.ts";
import { refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { reachedCase } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import { onBehalf } from "../plans/on-behalf.ts";
import type { Batch, PlanDocument } from "../plans/plan-record.ts";

/**
 * 6.2.5.1: puts the items of a batch into a draft of a change of the list, in the name of who asks. The id of the change is random and kept with the batch
 * before it is prepared, so that it is prepared once, whatever ends in between, and nobody was there before; another person publishes it.
 */
export function prepareBatchList(context: GovernanceContext): Handlers<typeof PlanService>["prepareBatchList"] {
  const { plans, lists } = context;
  return async ({ id, batch: number, from }, call) => {
    const plan = reachedCase(await plans.get(id), id, call.reach);
    requireAdopted(plan);
    const batch = plan.batches[number - 1];
    if (!batch || batch.items.length === 0) throw noItems(number);
    const { account, name, department: departmentCode, division } = call.caller as StaffActor;
    const lines = await linesOf(context, plan, batch, { from, call });
    const listChange = await draftOf(context, { id, number, reach: call.reach });
    const change = { id: listChange, division: plan.division, lines };
    const preparedBy = { account, name, departmentCode, division };
    await lists.prepareListChange({ change, remark: plan.name.slice(0, 1_000), preparedBy }, onBehalf(call));
    await changedBatch(plans, { id, number, reach: call.reach }, (one) =>
      one.listChange === listChange ? one : { ...one, listChange },
    );
    return { listChange };
  };
}

/** A batch of a plan, as a caller may meet it. */
interface BatchOf {
  id: string;
  number: number;
  reach: Reach;
}

/** The id under which the list of a batch is prepared. */
async function draftOf({ plans }: GovernanceContext, batch: BatchOf): Promise<string> {
  const { batches } = await changedBatch(plans, batch, (one) =>
    (one.listDraft ?? one.listChange) ? one : { ...one, listDraft: `plan-${randomUUID()}` },
  );
  const { listDraft, listChange } = batches[batch.number - 1] as Batch;
  return (listDraft ?? listChange) as string;
}

function changedBatch(
  plans: GovernanceContext["plans"],
  { id, number, reach }: BatchOf,
  next: (batch: Batch) => Batch,
): Promise<PlanDocument> {
  return changeStored<PlanDocument, PlanDocument>(plans, id, (old) => {
    const found = reachedCase(old, id, reach);
    const batches = found.batches.map((one, at) => (at === number - 1 ? next(one) : one));
    return batches.every((one, at) => one === found.batches[at]) ? found : { ...found, batches };
  });
}

/** A line for each item and division: the division's own choice, or a designation for one below whose department is meant. */
async function linesOf(
  { registry }: GovernanceContext,
  { division }: PlanDocument,
  { items }: Batch,
  { from, call }: { from: string; call: CallContext },
) {
  const divisions = new Map<string, string>();
  const lines = new Map<string, { itemCode: string; target: string; departments: string[]; from: string }>();
  for (const { code: itemCode, department: code } of items) {
    const target = divisions.get(code) ?? (await registry.getDepartment({ code }, onBehalf(call))).department?.division;
    if (target === undefined || !isWithin(target, division)) throw beyond(code, division);
    divisions.set(code, target);
    const key = `${itemCode} ${target}`;
    const line = lines.get(key) ?? { itemCode, target, departments: [], from };
    line.departments.push(code);
    lines.set(key, line);
  }
  return [...lines.values()];
}

function beyond(code: string, division: string) {
  const localized = `部门${code}不属于行政区划${division}，不能列入其应开通目录，请更正计划`;
  const description = `department ${code} of the batch is not of division ${division} or below`;
  return refuseField(
    "INVALID_FIELD",
    "batch",
    description,
    "end the plan and put it without that department",
    localized,
  );
}

function requireAdopted({ state }: PlanDocument): void {
  if (state === "adopted") return;
  const localized = `计划处于“${PLAN.states[state]}”，通过后方可列入应开通目录`;
  throw refuseField("STEP_REFUSED", "id", `the plan is ${state}`, "have it adopted first", localized);
}

function noItems(number: number) {
  const localized = `计划没有第${number}批，或该批没有目录项`;
  return refuseField("INVALID_FIELD", "batch", `no batch ${number} with items`, "name one that has items", localized);
}
