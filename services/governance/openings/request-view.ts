import { create, fromJson, type MessageShape, type JsonObject as ProtoJson, toJson } from "@bufbuild/protobuf";
import {
  OpeningRequestAction as ContractAction,
  OpeningRequestState as ContractState,
  type OpeningRequest,
  OpeningRequestSchema,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import type { Actor } from "../../domain/actor.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import {
  OPENING_REQUEST,
  type OpeningRequestAction,
  type OpeningRequestState,
} from "../../domain/opening-procedure.ts";
import { type Case, stepsFor } from "../../domain/procedure.ts";
import type { CaseFault } from "../cases/case-record.ts";
import { faultText, stepsView } from "../cases/steps-view.ts";

const STATES: Readonly<Record<OpeningRequestState, ContractState>> = {
  draft: ContractState.DRAFT,
  submitted: ContractState.SUBMITTED,
  returned: ContractState.RETURNED,
  confirmed: ContractState.CONFIRMED,
  done: ContractState.DONE,
  withdrawn: ContractState.WITHDRAWN,
};

const ACTIONS: Readonly<Partial<Record<OpeningRequestAction, ContractAction>>> = {
  submit: ContractAction.SUBMIT,
  confirm: ContractAction.CONFIRM,
  return: ContractAction.RETURN,
  withdraw: ContractAction.WITHDRAW,
};

/** What is asked for, as it is stored. */
export function wantedOf(given: OpeningRequest): JsonObject {
  const { id, departmentCode, subject, unitCodes, papers } = given;
  const wanted = create(OpeningRequestSchema, { id, departmentCode, subject, unitCodes, papers });
  return toJson(OpeningRequestSchema, wanted) as ProtoJson as JsonObject;
}

/** What is asked for, as it was stored. */
export function wantedIn({ wanted }: { wanted: JsonObject }): MessageShape<typeof OpeningRequestSchema> {
  return fromJson(OpeningRequestSchema, wanted as ProtoJson, { ignoreUnknownFields: true });
}

/** Codes and keys that a request names, by which people know it. */
export function namedIn(one: { wanted: JsonObject }): string[] {
  const { departmentCode, subject, unitCodes } = wantedIn(one);
  const named = [departmentCode, ...unitCodes];
  switch (subject.case) {
    case "issuing":
      return [...named, subject.value.itemCode, subject.value.appKey];
    case "usage":
      return [...named, subject.value.matterCode, ...subject.value.appKeys];
    case "delegation":
      return [...named, subject.value.appKey];
    default:
      return named;
  }
}

/** The action that a contract names. */
export function requestActionOf(action: ContractAction): OpeningRequestAction {
  return (Object.keys(ACTIONS) as OpeningRequestAction[]).find(
    (name) => ACTIONS[name] === action,
  ) as OpeningRequestAction;
}

/** The state that a contract names; `undefined`: any. */
export function requestStateOf(state: ContractState): OpeningRequestState | undefined {
  return (Object.keys(STATES) as OpeningRequestState[]).find((name) => STATES[name] === state);
}

/** A request as the contract shows it to a caller, with what the caller may do now. */
export function requestView(
  one: Case<OpeningRequestState, OpeningRequestAction> & {
    wanted: JsonObject;
    revision: number;
    carried: number;
    fault?: CaseFault;
  },
  caller: Actor,
) {
  const { state, steps, revision, carried, fault } = one;
  const actions = caller.kind === "staff" ? stepsFor(OPENING_REQUEST, one, caller) : [];
  const { id, departmentCode, subject, unitCodes, papers } = wantedIn(one);
  return create(OpeningRequestSchema, {
    ...{ id, departmentCode, subject, unitCodes, papers, state: STATES[state], steps: stepsView(steps), revision },
    ...{ carried, fault: faultText(fault), actions: actions.flatMap((name) => ACTIONS[name] ?? []) },
  });
}
