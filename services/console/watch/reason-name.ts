import { isReason, REASONS } from "../../domain/reason.ts";
import type { Both } from "../text/texts.ts";

/** What a reason of the platform's closed list says, for people; its code in English. */
export function reasonName(reason: string): Both {
  return [isReason(reason) ? REASONS[reason] : reason, reason];
}
