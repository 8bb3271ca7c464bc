import { OpeningRequestState } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { OPENING_REQUEST, type OpeningRequestAction } from "../../domain/opening-procedure.ts";
import type { ShownState } from "../shell/state-mark.tsx";
import type { Both } from "../text/texts.ts";

const { states, actions } = OPENING_REQUEST;

const SHOWN: Readonly<Record<number, ShownState>> = {
  [OpeningRequestState.DRAFT]: { text: [states.draft, "Draft"], shape: "◌", tone: "waiting" },
  [OpeningRequestState.SUBMITTED]: { text: [states.submitted, "Submitted"], shape: "◔", tone: "waiting" },
  [OpeningRequestState.RETURNED]: { text: [states.returned, "Returned"], shape: "✕", tone: "bad" },
  [OpeningRequestState.CONFIRMED]: { text: [states.confirmed, "Being opened"], shape: "◕", tone: "waiting" },
  [OpeningRequestState.DONE]: { text: [states.done, "Opened"], shape: "●", tone: "good" },
  [OpeningRequestState.WITHDRAWN]: { text: [states.withdrawn, "Withdrawn"], shape: "○", tone: "ended" },
};

/** How the state of a request is shown; one that this page does not know bears its number. */
export function shownRequestState(state: OpeningRequestState): ShownState {
  return SHOWN[state] ?? { text: [`状态 ${state}`, `State ${state}`], shape: "?", tone: "ended" };
}

/** All states, for a filter. */
export const REQUEST_STATES = Object.keys(SHOWN).map((value) => ({
  value,
  text: (SHOWN[Number(value)] as ShownState).text,
}));

/** A step as people call it. */
export function requestActionText(action: string): Both {
  return [actions[action as OpeningRequestAction] ?? action, action];
}
