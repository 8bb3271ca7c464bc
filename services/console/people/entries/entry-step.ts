import { EntryAction } from "../../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { ENTRY } from "../../../domain/entry-procedure.ts";
import { enumName } from "../../format/enum-name.ts";

const ONWARD: readonly EntryAction[] = [EntryAction.SUBMIT, EntryAction.ACCEPT];
const ACTIONS: Readonly<Record<string, string>> = ENTRY.actions;

/** Whether a step takes an entry further. */
export function isOnwardEntryStep(action: EntryAction): boolean {
  return ONWARD.includes(action);
}

/** A step of an entry as people call it. */
export function entryStepText(action: EntryAction): string {
  return ACTIONS[enumName(EntryAction, action)] ?? String(action);
}
