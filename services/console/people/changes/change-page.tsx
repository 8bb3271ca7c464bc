import { createClient } from "@connectrpc/connect";
import { useQuery, useTransport } from "@connectrpc/connect-query";
import { Alert } from "antd";
import { Link, useParams } from "react-router";
import { ChangeState, type DepartmentChange } from "../../../../proto/gen/ecert/governance/v1/change_pb.ts";
import { ChangeService } from "../../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { CHANGE } from "../../../domain/change-procedure.ts";
import { NextSteps } from "../../cases/next-steps.tsx";
import { PaperList } from "../../cases/paper-list.tsx";
import { shownCaseState } from "../../cases/shown-states.ts";
import { StepButtons } from "../../cases/step-buttons.tsx";
import { StepList } from "../../cases/step-list.tsx";
import { writerOf } from "../../cases/writer-of.ts";
import { enumName } from "../../format/enum-name.ts";
import { DepartmentName } from "../../names/names.tsx";
import { mayCall } from "../../shell/allowed.ts";
import { Reading } from "../../shell/reading.tsx";
import { StateMark } from "../../shell/state-mark.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { changeKindText, changeStepText, isOnwardChangeStep } from "./change-step.ts";
import { CHANGES } from "./change-texts.ts";
import { ChangeView } from "./change-view.tsx";

const { getChange, putChange } = ChangeService.method;
/** States in which it may be written anew. */
const EDITABLE: readonly ChangeState[] = [ChangeState.DRAFT, ChangeState.RETURNED, ChangeState.WITHDRAWN];

/** One change of a department (4.2): what becomes of it, where that stands, and what the node has carried out. */
export function ChangePage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(getChange, { id }, { staleTime: 0 });
  return (
    <Reading of={data?.change} error={error} again={refetch}>
      {(change) => <Shown change={change} changed={() => refetch()} />}
    </Reading>
  );
}

function Shown({ change, changed }: { change: DepartmentChange; changed: () => unknown }) {
  const texts = useTexts(CHANGES);
  const { roles } = useWho();
  const service = createClient(ChangeService, useTransport());
  const { id, kind, state, departmentCode, revision, actions, steps, papers, fault } = change;
  return (
    <>
      <p>
        <Link to="/people/changes">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>
          {changeKindText(kind)} · <DepartmentName code={departmentCode} />
        </h1>
        <StateMark {...shownCaseState(CHANGE, ChangeState, state)} />
      </div>
      {fault !== "" && <Alert type="warning" showIcon title={texts.fault} description={fault} />}
      <NextSteps procedure={CHANGE} state={enumName(ChangeState, state)} />
      {state === ChangeState.SUBMITTED && <p className="next-step">{texts.notBack}</p>}
      <div className="actions">
        <StepButtons
          actions={actions}
          isOnward={isOnwardChangeStep}
          textOf={changeStepText}
          take={(action, remark) => service.takeChangeStep({ id, revision, action, remark })}
          changed={changed}
        />
        {mayCall(roles, putChange) && EDITABLE.includes(state) && (
          <Link to={`/people/changes/${encodeURIComponent(id)}/edit`}>{texts.edit}</Link>
        )}
      </div>
      <div className="beside">
        <ChangeView change={change} />
        <PaperList papers={papers} departmentCode={writerOf(steps)} />
      </div>
      <StepList steps={steps} procedure={CHANGE} />
    </>
  );
}
