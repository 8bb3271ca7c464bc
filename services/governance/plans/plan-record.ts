import { PLAN, type PlanAction, type PlanState } from "../../domain/plan-procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";
import { CASE_INDEXES, type CaseDocument, checkCase } from "../cases/case-record.ts";

/** What a department is to do: issue an item, or use certificates in a matter. */
export interface Target {
  code: string;
  department: string;
}

/** A batch of a plan. */
export interface Batch {
  name: string;
  /** Last day, `yyyy-MM-dd`. */
  dueOn: string;
  items: readonly Target[];
  matters: readonly Target[];
  /** Id of the change of the list that is to be prepared from it: random, so that nobody has a change of his own under it. Absent: none yet. */
  listDraft?: string;
  /** Change of the list that was prepared from it. Absent: none. */
  listChange?: string;
}

/** A promotion plan (6.2.5.1); `_id` is its id. */
export interface PlanDocument extends CaseDocument<PlanState, PlanAction> {
  name: string;
  batches: readonly Batch[];
}

export const PLANS: CollectionSpec = { name: "governance_plans", indexes: CASE_INDEXES };

/** Opens the plans. One that cannot be read is set aside (place `registry`). */
export async function openPlans({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<PlanDocument>> {
  const collection = await store.collection<PlanDocument>(PLANS);
  return guardedCollection({ collection, setAside, place: "registry", source: PLANS.name, check: checkPlan });
}

function checkPlan(plan: PlanDocument): void {
  checkCase(plan, PLAN.states);
  const isBatch = (batch: Batch) =>
    [batch?.name, batch?.dueOn].every((text) => typeof text === "string") &&
    [batch.items, batch.matters].every(Array.isArray);
  if (typeof plan.name === "string" && Array.isArray(plan.batches) && plan.batches.every(isBatch)) return;
  throw new Refusal("RECORD_UNREADABLE", "the plan lacks members or has wrong ones");
}
