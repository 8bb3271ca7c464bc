import { ListChangeState } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import type { ShownState } from "../shell/state-mark.tsx";

const STATES: Readonly<Record<number, ShownState>> = {
  [ListChangeState.DRAFT]: { text: ["拟稿", "Prepared"], shape: "◌", tone: "waiting" },
  [ListChangeState.PUBLISHING]: { text: ["正在发布", "Being published"], shape: "◕", tone: "waiting" },
  [ListChangeState.PUBLISHED]: { text: ["已发布", "Published"], shape: "●", tone: "good" },
  [ListChangeState.DISCARDED]: { text: ["已作废", "Discarded"], shape: "○", tone: "ended" },
};

/** How the state of a change is shown; one that this page does not know bears its number. */
export function shownChangeState(state: ListChangeState): ShownState {
  return STATES[state] ?? { text: [`状态 ${state}`, `State ${state}`], shape: "?", tone: "ended" };
}

/** All states, for a filter. */
export const CHANGE_STATES: readonly ListChangeState[] = Object.values(ListChangeState).filter(
  (state) => STATES[state] !== undefined,
);
