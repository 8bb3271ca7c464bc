import type { CallEnd, CallLine } from "../call/chain/call-log.ts";
import { HANDED_NOTE } from "../call/chain/handed-on.ts";
import type { RefusalTally } from "./refusal-tally.ts";

/** Lines of one process and minute at most: so many pairs of caller and method are told apart. */
export const REFUSED_CALLS = { kind: "call-refused", member: "method", most: 100 } as const;

/**
 * Counts calls of known callers that were refused for lack of permission (5.9.3, 5.9.5), for one line of evidence per caller, method and minute. Who has shown no proof is not
 * among them, since anybody can be refused so, and what another process has refused is counted there.
 */
export function countRefusedCalls(tally: Pick<RefusalTally, "count">): (line: CallLine, end: CallEnd) => void {
  return ({ outcome, caller: by, method, requestId: id, notes }, { caller }) => {
    if (outcome !== "PERMISSION_DENIED" || caller.kind === "public" || notes?.[HANDED_NOTE] !== undefined) return;
    const department = caller.kind === "staff" || caller.kind === "app" ? { department: caller.department } : {};
    const division = caller.kind === "staff" ? { division: caller.division } : {};
    tally.count(`${by} ${method}`, { method, reason: outcome, call: { id, by, ...department, ...division } });
  };
}
