import {
  EntryAction as ContractAction,
  EntryState as ContractState,
} from "../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import type { Actor } from "../../domain/actor.ts";
import { ENTRY, type EntryAction, type EntryState } from "../../domain/entry-procedure.ts";
import { stepsFor } from "../../domain/procedure.ts";
import { faultText, stepsView } from "../cases/steps-view.ts";
import { paperView } from "../papers/paper-view.ts";
import type { EntryDocument } from "./entry-record.ts";

const STATES: Readonly<Record<EntryState, ContractState>> = {
  draft: ContractState.DRAFT,
  submitted: ContractState.SUBMITTED,
  returned: ContractState.RETURNED,
  accepted: ContractState.ACCEPTED,
  setUp: ContractState.SET_UP,
  active: ContractState.ACTIVE,
  withdrawn: ContractState.WITHDRAWN,
};

const ACTIONS: Readonly<Partial<Record<EntryAction, ContractAction>>> = {
  submit: ContractAction.SUBMIT,
  accept: ContractAction.ACCEPT,
  return: ContractAction.RETURN,
  withdraw: ContractAction.WITHDRAW,
};

/** The action that a contract names. */
export function entryActionOf(action: ContractAction): EntryAction {
  return (Object.keys(ACTIONS) as EntryAction[]).find((name) => ACTIONS[name] === action) as EntryAction;
}

/** The state that a contract names; `undefined`: any. */
export function entryStateOf(state: ContractState): EntryState | undefined {
  return (Object.keys(STATES) as EntryState[]).find((name) => STATES[name] === state);
}

/** An entry as the contract shows it to a caller, with what the caller may do now. */
export function entryView(entry: EntryDocument, caller: Actor) {
  const { form, state, steps, revision, fault } = entry;
  const { superior: superiorCode, papers, ...told } = form;
  const actions = caller.kind === "staff" ? stepsFor(ENTRY, entry, caller) : [];
  return {
    ...{ ...told, superiorCode, internalBodies: [...form.internalBodies], units: [...form.units] },
    ...{ seals: [...form.seals], papers: papers.map(paperView), state: STATES[state], revision },
    ...{ steps: stepsView(steps), fault: faultText(fault), actions: actions.flatMap((name) => ACTIONS[name] ?? []) },
  };
}
