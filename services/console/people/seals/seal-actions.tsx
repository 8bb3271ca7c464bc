import { useMutation } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { GetSealResponse } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { inGroups } from "../../format/in-groups.ts";
import { mayCall } from "../../shell/allowed.ts";
import { AskFirst } from "../../shell/ask-first.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { SHELL } from "../../shell/shell-texts.ts";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { SEALS } from "./seal-texts.ts";

const { confirmSeal, putSeal, unbindSeal } = RegistryService.method;
type Act = "confirm" | "unbind";

/**
 * What may be done with a seal as it stands (5.8.4, 5.9.4). It is confirmed by the digest that was shown, and only once its picture of just that was to be seen
 * (`wasShown`).
 */
export function SealActions(props: { told: GetSealResponse; wasShown: boolean; readAgain: () => unknown }) {
  const { told, wasShown, readAgain } = props;
  const texts = { ...useTexts(SHELL), ...useTexts(SEALS) };
  const { roles } = useWho();
  // What is asked for is held to what was shown when it was asked for, whatever is read since.
  const [asked, setAsked] = useState<{ act: Act; digest: string }>();
  const settled = {
    onSuccess() {
      setAsked(undefined);
      readAgain();
    },
  };
  const confirming = useMutation(confirmSeal, settled);
  const unbinding = useMutation(unbindSeal, settled);
  const { seal } = told;
  if (!seal) return null;
  const { code, name, departmentCode, unitCodes, unbound, awaitingConfirmation } = seal;
  const prepares = mayCall(roles, putSeal);
  const waits = awaitingConfirmation && !unbound;
  const { act: asking, digest = "" } = asked ?? {};
  const error = asking === "confirm" ? confirming.error : unbinding.error;
  const cancel = () => {
    confirming.reset();
    unbinding.reset();
    setAsked(undefined);
  };
  const how = (
    <>
      <p>{texts.confirmHow(unitCodes.length)}</p>
      <code className="wrap">{inGroups(digest)}</code>
    </>
  );
  return (
    <>
      <div className="actions">
        {waits && !prepares && mayCall(roles, confirmSeal) && (
          <Button type="primary" disabled={!wasShown} onClick={() => setAsked({ act: "confirm", digest: told.digest })}>
            {texts.confirm}
          </Button>
        )}
        {prepares && (
          <Link to={`/people/departments/${departmentCode}/seals/${code}/edit`}>
            {unbound ? texts.bindAgain : texts.edit}
          </Link>
        )}
        {!unbound && mayCall(roles, unbindSeal) && (
          <Button danger onClick={() => setAsked({ act: "unbind", digest: told.digest })}>
            {texts.unbind}
          </Button>
        )}
      </div>
      {waits && <p className="quiet">{texts.confirmWho}</p>}
      {asking && (
        <AskFirst
          act={texts[asking]}
          of={name}
          how={asking === "confirm" ? how : texts.unbindHow}
          wantsCause={asking === "unbind"}
          danger={asking === "unbind"}
          doIt={(cause) =>
            asking === "confirm" ? confirming.mutate({ code, digest }) : unbinding.mutate({ code, cause })
          }
          doing={confirming.isPending || unbinding.isPending}
          fault={
            error && (
              <>
                <RefusalNotice error={error} />
                <Button
                  onClick={() => {
                    cancel();
                    readAgain();
                  }}
                >
                  {texts.readAgain}
                </Button>
              </>
            )
          }
          cancel={cancel}
        />
      )}
    </>
  );
}
