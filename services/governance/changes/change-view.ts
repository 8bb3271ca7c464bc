import {
  ChangeAction as ContractAction,
  ChangeKind as ContractKind,
  ChangeState as ContractState,
  type DepartmentChange,
} from "../../../proto/gen/ecert/governance/v1/change_pb.ts";
import type { Actor } from "../../domain/actor.ts";
import { CHANGE, type ChangeAction, type ChangeKind, type ChangeState } from "../../domain/change-procedure.ts";
import { stepsFor } from "../../domain/procedure.ts";
import { faultText, stepsView } from "../cases/steps-view.ts";
import { paperView } from "../papers/paper-view.ts";
import type { ChangeDocument, Transfer } from "./change-record.ts";

const KINDS: Readonly<Record<ChangeKind, ContractKind>> = {
  rename: ContractKind.RENAME,
  close: ContractKind.CLOSE,
  merge: ContractKind.MERGE,
  split: ContractKind.SPLIT,
};

const STATES: Readonly<Record<ChangeState, ContractState>> = {
  draft: ContractState.DRAFT,
  submitted: ContractState.SUBMITTED,
  returned: ContractState.RETURNED,
  confirmed: ContractState.CONFIRMED,
  done: ContractState.DONE,
  withdrawn: ContractState.WITHDRAWN,
};

const ACTIONS: Readonly<Partial<Record<ChangeAction, ContractAction>>> = {
  submit: ContractAction.SUBMIT,
  confirm: ContractAction.CONFIRM,
  return: ContractAction.RETURN,
  withdraw: ContractAction.WITHDRAW,
};

/** The kind that a contract names. */
export function changeKindOf(kind: ContractKind): ChangeKind {
  return (Object.keys(KINDS) as ChangeKind[]).find((name) => KINDS[name] === kind) as ChangeKind;
}

/** The action that a contract names. */
export function changeActionOf(action: ContractAction): ChangeAction {
  return (Object.keys(ACTIONS) as ChangeAction[]).find((name) => ACTIONS[name] === action) as ChangeAction;
}

/** The state that a contract names; `undefined`: any. */
export function changeStateOf(state: ContractState): ChangeState | undefined {
  return (Object.keys(STATES) as ChangeState[]).find((name) => STATES[name] === state);
}

/** Who takes over what, as it is kept. */
export function transfersOf({ transfers }: DepartmentChange): Transfer[] {
  return transfers.map(({ toCode: to, unitCodes: units, matterCodes: matters, appKeys: apps, itemCodes: items }) => ({
    ...{ to, units, matters, apps, items },
  }));
}

/** A change as the contract shows it to a caller, with what the caller may do now. */
export function changeView(change: ChangeDocument, caller: Actor) {
  const { case: id, department: departmentCode, order, state, steps, revision, fault, carried } = change;
  const { kind, effectiveOn, newName, successor: successorCode, papers } = order;
  const transfers = order.transfers.map(({ to: toCode, units, matters, apps, items }) => ({
    ...{ toCode, unitCodes: [...units], matterCodes: [...matters], appKeys: [...apps], itemCodes: [...items] },
  }));
  const actions = caller.kind === "staff" ? stepsFor(CHANGE, change, caller) : [];
  return {
    ...{ id, kind: KINDS[kind], departmentCode, effectiveOn, newName, successorCode, transfers },
    ...{ papers: papers.map(paperView), state: STATES[state], steps: stepsView(steps), revision },
    ...{ carried: [...carried], fault: faultText(fault), actions: actions.flatMap((name) => ACTIONS[name] ?? []) },
  };
}
