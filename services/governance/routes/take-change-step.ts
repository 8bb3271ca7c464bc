import type { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import { CHANGE, type ChangeAction } from "../../domain/change-procedure.ts";
import { takeCaseStep } from "../cases/take-case-step.ts";
import type { ChangeDocument } from "../changes/change-record.ts";
import { changeActionOf, changeView } from "../changes/change-view.ts";
import { judgedDepartment, requireBelow } from "../changes/judge-change.ts";
import type { GovernanceContext } from "../context.ts";
import { requirePaper } from "../papers/paper-view.ts";

const DECISION = { english: "the decision that orders the change", chinese: "变更批文" };

/** Takes a step of a change. What was confirmed the node carries out by itself. */
export function takeChangeStep(context: GovernanceContext): Handlers<typeof ChangeService>["takeChangeStep"] {
  return async ({ id, action: asked, remark, revision }, call) => {
    const { changes, runtime, carriers } = context;
    const action = changeActionOf(asked);
    const judged = (before: ChangeDocument) => judge(context, before, action, call);
    const room = { collection: changes, runtime, procedure: CHANGE };
    const wanted = { id, action, remark, revision, evidence: "change-step", judged };
    const stored = await takeCaseStep(room, wanted, call);
    if (stored.work) carriers.changes.wake();
    return { change: changeView(stored, call.caller) };
  };
}

async function judge(
  context: GovernanceContext,
  { department, order }: ChangeDocument,
  action: ChangeAction,
  call: CallContext,
): Promise<Partial<ChangeDocument>> {
  if (action === "submit") requirePaper(order.papers, "decision", DECISION);
  if (action === "submit" || action === "confirm") await judgedDepartment(context, department, order, call);
  if (action === "confirm") await requireBelow(context, order, call);
  if (action === "confirm") return { work: "carry" };
  return action === "withdraw" ? { open: undefined } : {};
}
