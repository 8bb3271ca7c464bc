import type { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import { ENTRY } from "../../domain/entry-procedure.ts";
import { takeCaseStep } from "../cases/take-case-step.ts";
import type { GovernanceContext } from "../context.ts";
import type { EntryDocument } from "../entries/entry-record.ts";
import { entryActionOf, entryView } from "../entries/entry-view.ts";
import { requireEnterable } from "../entries/judge-entry.ts";
import { requirePaper } from "../papers/paper-view.ts";

const FORM = {
  english: "the scanned registration form with the department's seal",
  chinese: "加盖公章的部门进驻登记表扫描件",
};

/** 6.2.2.1: takes a step of an entry. What was accepted the node sets up at once. */
export function takeEntryStep(context: GovernanceContext): Handlers<typeof EntryService>["takeEntryStep"] {
  return async ({ code, action: asked, remark, revision }, call) => {
    const { entries, runtime, carriers } = context;
    const action = entryActionOf(asked);
    const judged = (before: EntryDocument) => judge(context, before, action, call);
    const room = { collection: entries, runtime, procedure: ENTRY };
    const wanted = { id: code, action, remark, revision, evidence: "entry-step", judged };
    const stored = await takeCaseStep(room, wanted, call);
    if (stored.work) carriers.entries.wake();
    return { entry: entryView(stored, call.caller) };
  };
}

async function judge(
  context: GovernanceContext,
  { form }: EntryDocument,
  action: string,
  call: CallContext,
): Promise<Partial<EntryDocument>> {
  if (action === "submit") requirePaper(form.papers, "registrationForm", FORM);
  if (action === "submit" || action === "accept") await requireEnterable(context, form, call);
  return action === "accept" ? { work: "setUp" } : {};
}
