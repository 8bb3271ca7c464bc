import type { DepartmentEntry } from "../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import type { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { EDITABLE, ENTRY } from "../../domain/entry-procedure.ts";
import { refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { reachedCase } from "../cases/case-record.ts";
import { overtaken, requireRevision } from "../cases/take-case-step.ts";
import { withWriting } from "../cases/writing-step.ts";
import type { GovernanceContext } from "../context.ts";
import type { EntryDocument, EntryForm } from "../entries/entry-record.ts";
import { entryView } from "../entries/entry-view.ts";
import { formOf, requireEnterable, requireOwn } from "../entries/judge-entry.ts";

const TRIES = 20;

/** 6.4.1.1: fills the form of a department in, or mends it. */
export function putEntry(context: GovernanceContext): Handlers<typeof EntryService>["putEntry"] {
  return async ({ entry }, call) => {
    const { entries, runtime } = context;
    const given = entry as DepartmentEntry;
    const person = call.caller as StaffActor;
    const { department: filledBy } = person;
    const { code, division, superiorCode: superior } = given;
    requireOwn(call.reach, { division, superior }, person);
    const form = await formOf(context, given, filledBy);
    await requireEnterable(context, form, call);
    const department = call.reach.kind === "department" ? filledBy : code;
    const next = async (old: EntryDocument | undefined): Promise<EntryDocument> => {
      if (old) {
        reachedCase(old, code, call.reach);
        requireRevision(old, given.revision);
        requireEditable(old);
        if (isSame(old, form)) return old;
      }
      await runtime.evidence.append("entry-put", { code, by: callerName(call.caller) });
      const state = old?.state === "returned" ? "returned" : "draft";
      const steps = withWriting(old?.steps ?? [], "write", person, runtime.now());
      const own = { case: code, department, division, state, steps, form, filledBy } as const;
      return { _id: code, revision: old?.revision ?? 1, ...own };
    };
    const patience = { tries: TRIES, spent: () => overtaken(code) };
    const stored = await changeStored<EntryDocument, EntryDocument>(entries, code, next, patience);
    return { entry: entryView(stored, call.caller) };
  };
}

function isSame(old: EntryDocument, form: EntryForm): boolean {
  return old.state !== "withdrawn" && JSON.stringify(old.form) === JSON.stringify(form);
}

function requireEditable({ state }: EntryDocument): void {
  if (EDITABLE.includes(state)) return;
  const remedy = "have it sent back first";
  const localized = `部门进驻处于“${ENTRY.states[state]}”，不能修改；请先退回`;
  throw refuseField("STEP_REFUSED", "entry.code", `what is ${state} is not changed`, remedy, localized);
}
