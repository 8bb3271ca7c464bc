import { ChangeAction, ChangeKind } from "../../../../proto/gen/ecert/governance/v1/change_pb.ts";
import { CHANGE } from "../../../domain/change-procedure.ts";
import { enumName } from "../../format/enum-name.ts";
import { said } from "../../text/texts.ts";
import { CHANGE_KINDS } from "./change-texts.ts";

const ONWARD: readonly ChangeAction[] = [ChangeAction.SUBMIT, ChangeAction.CONFIRM];
const ACTIONS: Readonly<Record<string, string>> = CHANGE.actions;

/** Whether a step takes a change further. */
export function isOnwardChangeStep(action: ChangeAction): boolean {
  return ONWARD.includes(action);
}

/** A step of a change as people call it. */
export function changeStepText(action: ChangeAction): string {
  return ACTIONS[enumName(ChangeAction, action)] ?? String(action);
}

/** A kind of change as people call it. */
export function changeKindText(kind: ChangeKind): string {
  const name = enumName(ChangeKind, kind);
  const known = CHANGE_KINDS[name];
  return known ? said(known) : name;
}
