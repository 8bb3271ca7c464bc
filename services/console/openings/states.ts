import { OPENING_REQUEST, type OpeningRequestAction } from "../../domain/opening-procedure.ts";
import type { Both } from "../text/texts.ts";

/** A step as people call it. */
export function requestActionText(action: string): Both {
  return [OPENING_REQUEST.actions[action as OpeningRequestAction] ?? action, action];
}
