import { useMutation } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useState } from "react";
import {
  type OpeningRequest,
  OpeningRequestAction,
  OpeningRequestService,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { TakeStep } from "../shell/take-step.tsx";
import { said, useTexts } from "../text/texts.ts";
import { OPENINGS } from "./opening-texts.ts";
import { requestActionText } from "./states.ts";

const { takeOpeningRequestStep } = OpeningRequestService.method;
const ONWARD: readonly OpeningRequestAction[] = [OpeningRequestAction.SUBMIT, OpeningRequestAction.CONFIRM];

/** Whether a step takes a request further. */
export function isOnwardStep(action: OpeningRequestAction): boolean {
  return ONWARD.includes(action);
}

/** A step of the contract as people call it. */
export function stepText(action: OpeningRequestAction): string {
  const [name = String(action)] = Object.entries(OpeningRequestAction).find(([, value]) => value === action) ?? [];
  return said(requestActionText(name.toLowerCase()));
}

/** Steps that its reader may take with a request as it was read. */
export function OpeningActions({ request, changed }: { request: OpeningRequest; changed: () => unknown }) {
  const [asking, setAsking] = useState<OpeningRequestAction>();
  return (
    <div className="actions">
      {request.actions.map((action) => (
        <Button key={action} type={isOnwardStep(action) ? "primary" : "default"} onClick={() => setAsking(action)}>
          {stepText(action)}
        </Button>
      ))}
      {asking !== undefined && (
        <RequestStep
          request={request}
          action={asking}
          changed={() => {
            setAsking(undefined);
            changed();
          }}
          cancel={() => setAsking(undefined)}
        />
      )}
    </div>
  );
}

/** A step with its remark, at the revision that was read. */
function RequestStep(props: {
  request: OpeningRequest;
  action: OpeningRequestAction;
  changed: () => void;
  cancel: () => void;
}) {
  const { request, action, changed, cancel } = props;
  const texts = useTexts(OPENINGS);
  const { mutate, error, isPending } = useMutation(takeOpeningRequestStep, { onSuccess: changed });
  const { id, revision } = request;
  return (
    <TakeStep
      title={stepText(action)}
      step={stepText(action)}
      remarkHow={texts.remarkHow}
      take={(remark) => mutate({ id, revision, action, remark })}
      taking={isPending}
      fault={error && <RefusalNotice error={error} />}
      readAgain={changed}
      cancel={cancel}
    />
  );
}
