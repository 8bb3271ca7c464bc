import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { type DepartmentEntry, EntryState } from "../../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { EDITABLE, ENTRY, type EntryState as StateName } from "../../../domain/entry-procedure.ts";
import { NextSteps } from "../../cases/next-steps.tsx";
import { StepButtons } from "../../cases/step-buttons.tsx";
import { enumName } from "../../format/enum-name.ts";
import { mayCall } from "../../shell/allowed.ts";
import { ACTIVATION_PAGE } from "../../shell/sign-in.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { entryStepText, isOnwardEntryStep } from "./entry-step.ts";
import { ENTRIES } from "./entry-texts.ts";

/** What its reader may do with an entry, and who takes it further. */
export function EntrySteps({ entry, changed }: { entry: DepartmentEntry; changed: () => unknown }) {
  const texts = useTexts(ENTRIES);
  const { roles } = useWho();
  const service = createClient(EntryService, useTransport());
  const { code, revision, actions, state } = entry;
  const stands = enumName(EntryState, state);
  const writes = mayCall(roles, EntryService.method.putEntry) && EDITABLE.includes(stands as StateName);
  return (
    <>
      <NextSteps procedure={ENTRY} state={stands} />
      {state === EntryState.SET_UP && (
        <p className="next-step wrap">{texts.activateHow(`${location.origin}${ACTIVATION_PAGE}`)}</p>
      )}
      <div className="actions">
        <StepButtons
          actions={actions}
          isOnward={isOnwardEntryStep}
          textOf={entryStepText}
          take={(action, remark) => service.takeEntryStep({ code, revision, action, remark })}
          changed={changed}
        />
        {writes && <Link to={`/people/entries/${code}/edit`}>{texts.edit}</Link>}
      </div>
    </>
  );
}
