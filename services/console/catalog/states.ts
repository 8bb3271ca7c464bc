import { CatalogItemState } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { ItemDraftState } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { PlanState } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import { DRAFT_STATES, type DraftState } from "../../domain/item-procedure.ts";
import type { ShownState } from "../shell/state-mark.tsx";

const ITEM_STATES: Readonly<Record<number, ShownState>> = {
  [CatalogItemState.REGISTERED]: { text: ["已登记", "Registered"], shape: "◌", tone: "waiting" },
  [CatalogItemState.PUBLISHED]: { text: ["现行", "In force"], shape: "●", tone: "good" },
  [CatalogItemState.REPLACED]: { text: ["已被替代", "Replaced"], shape: "○", tone: "ended" },
  [CatalogItemState.RETIRED]: { text: ["已停用", "Retired"], shape: "✕", tone: "bad" },
};

/** How the state of a version is shown; one that this page does not know bears its number. */
export function shownItemState(state: CatalogItemState): ShownState {
  return ITEM_STATES[state] ?? { text: [`状态 ${state}`, `State ${state}`], shape: "?", tone: "ended" };
}

/** All states of versions, for a filter. */
export const ITEM_STATE_CHOICES = Object.keys(ITEM_STATES).map((state) => Number(state) as CatalogItemState);

/** States of drafts as the procedure names them, in the order in which the contract numbers them from 1. */
const DRAFT_NAMES = Object.keys(DRAFT_STATES) as DraftState[];
const MARKS: Readonly<Record<DraftState, Omit<ShownState, "text">>> = {
  draft: { shape: "◌", tone: "waiting" },
  submitted: { shape: "◔", tone: "waiting" },
  reviewed: { shape: "◑", tone: "waiting" },
  confirmed: { shape: "◕", tone: "waiting" },
  approved: { shape: "◕", tone: "waiting" },
  published: { shape: "●", tone: "good" },
  withdrawn: { shape: "○", tone: "ended" },
};

/** What the procedure calls a state of the contract; absent for one that this page does not know. */
export function draftStateName(state: ItemDraftState): DraftState | undefined {
  return DRAFT_NAMES[state - 1];
}

/** How the state of a draft is shown. */
export function shownDraftState(state: ItemDraftState): ShownState {
  const name = draftStateName(state);
  if (!name) return { text: [`状态 ${state}`, `State ${state}`], shape: "?", tone: "ended" };
  return { text: [DRAFT_STATES[name], name], ...MARKS[name] };
}

/** All states of drafts, for a filter. */
export const DRAFT_STATE_CHOICES: readonly { value: string; state: ItemDraftState }[] = DRAFT_NAMES.map((_, index) => ({
  value: String(index + 1),
  state: (index + 1) as ItemDraftState,
}));

const PLAN_STATES: Readonly<Record<number, ShownState>> = {
  [PlanState.DRAFT]: { text: ["拟定", "Draft"], shape: "◌", tone: "waiting" },
  [PlanState.ADOPTED]: { text: ["执行中", "Adopted"], shape: "●", tone: "good" },
  [PlanState.ENDED]: { text: ["已结束", "Ended"], shape: "○", tone: "ended" },
};

/** How the state of a plan is shown. */
export function shownPlanState(state: PlanState): ShownState {
  return PLAN_STATES[state] ?? { text: [`状态 ${state}`, `State ${state}`], shape: "?", tone: "ended" };
}
