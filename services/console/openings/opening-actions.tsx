import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { Link } from "react-router";
import {
  type OpeningRequest,
  OpeningRequestAction,
  OpeningRequestService,
  OpeningRequestState,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { EDITABLE_REQUEST, type OpeningRequestState as StateName } from "../../domain/opening-procedure.ts";
import { StepButtons } from "../cases/step-buttons.tsx";
import { enumName } from "../format/enum-name.ts";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { said, useTexts } from "../text/texts.ts";
import { OPENINGS } from "./opening-texts.ts";
import { requestActionText } from "./states.ts";

const { putOpeningRequest } = OpeningRequestService.method;
const ONWARD: readonly OpeningRequestAction[] = [OpeningRequestAction.SUBMIT, OpeningRequestAction.CONFIRM];

/** Whether a step takes a request further. */
export function isOnwardStep(action: OpeningRequestAction): boolean {
  return ONWARD.includes(action);
}

/** A step of the contract as people call it. */
export function stepText(action: OpeningRequestAction): string {
  return said(requestActionText(enumName(OpeningRequestAction, action)));
}

/** Steps that its reader may take with a request as it was read, and the way to change it. */
export function OpeningActions({ request, changed }: { request: OpeningRequest; changed: () => unknown }) {
  const texts = useTexts(OPENINGS);
  const who = useWho();
  const service = createClient(OpeningRequestService, useTransport());
  const { id, revision, actions, state, departmentCode } = request;
  const stands = enumName(OpeningRequestState, state) as StateName;
  const writes =
    mayCall(who.roles, putOpeningRequest) && EDITABLE_REQUEST.includes(stands) && who.departmentCode === departmentCode;
  return (
    <div className="actions">
      <StepButtons
        actions={actions}
        isOnward={isOnwardStep}
        textOf={stepText}
        take={(action, remark) => service.takeOpeningRequestStep({ id, revision, action, remark })}
        changed={changed}
      />
      {writes && <Link to={`/openings/${encodeURIComponent(id)}/edit`}>{texts.edit}</Link>}
    </div>
  );
}
