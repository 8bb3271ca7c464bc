import {
  CHANGE,
  type ChangeAction,
  type ChangeKind,
  type ChangeStage,
  type ChangeState,
  STAGES,
} from "../../domain/change-procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";
import { CASE_INDEXES, type CaseDocument, checkCase } from "../cases/case-record.ts";
import type { CasePaper } from "../papers/paper-record.ts";

/** What one department takes over in a split. */
export interface Transfer {
  to: string;
  units: readonly string[];
  matters: readonly string[];
  apps: readonly string[];
  items: readonly string[];
}

/** What shall become of a department. */
export interface ChangeOrder {
  kind: ChangeKind;
  /** First day on which it holds. */
  effectiveOn: string;
  /** Of a renaming; else empty. */
  newName: string;
  /** Of a merger; else empty. */
  successor: string;
  /** Of a split; else none. */
  transfers: readonly Transfer[];
  papers: readonly CasePaper[];
}

/** A stage that was carried out. */
export interface CarriedStage {
  stage: ChangeStage;
  changed: number;
  at: string;
}

/** A change of a department; `_id` is the id that its beginner chose. */
export interface ChangeDocument extends CaseDocument<ChangeState, ChangeAction> {
  order: ChangeOrder;
  carried: readonly CarriedStage[];
  /** Department or body whose people began it, whose papers it names. */
  begunBy: string;
  /** The department while the change is open: one at a time, by a unique index. */
  open?: string | undefined;
}

export const CHANGES: CollectionSpec = {
  name: "governance_changes",
  indexes: [...CASE_INDEXES, { name: "open", fields: ["open"], unique: true }],
};

/** Opens the changes. One that cannot be read is set aside (place `registry`). */
export async function openChanges({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<ChangeDocument>> {
  const collection = await store.collection<ChangeDocument>(CHANGES);
  return guardedCollection({ collection, setAside, place: "registry", source: CHANGES.name, check: checkChange });
}

function checkChange(document: ChangeDocument): void {
  checkCase(document, CHANGE.states);
  const { order, carried } = document;
  const texts = [order?.effectiveOn, order?.newName, order?.successor];
  const lists = [order?.transfers, order?.papers, carried];
  const sound = texts.every((text) => typeof text === "string") && lists.every(Array.isArray);
  if (sound && Object.hasOwn(STAGES, order.kind)) return;
  throw new Refusal("RECORD_UNREADABLE", "the change lacks members or has wrong ones");
}
