import { useQuery } from "@connectrpc/connect-query";
import { Alert } from "antd";
import { Link, useParams } from "react-router";
import {
  type OpeningRequest,
  OpeningRequestService,
  OpeningRequestState,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { OPENING_REQUEST } from "../../domain/opening-procedure.ts";
import { NextSteps } from "../cases/next-steps.tsx";
import { PaperList } from "../cases/paper-list.tsx";
import { shownCaseState } from "../cases/shown-states.ts";
import { StepList } from "../cases/step-list.tsx";
import { enumName } from "../format/enum-name.ts";
import { DepartmentName } from "../names/names.tsx";
import { Reading } from "../shell/reading.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { OpeningActions } from "./opening-actions.tsx";
import { OPENINGS } from "./opening-texts.ts";
import { SandboxSteps } from "./sandbox-steps.tsx";
import { SubjectTitle } from "./subject-title.tsx";
import { SubjectView } from "./subject-view.tsx";

/** One request: what is asked for, with which papers, where it stands and what stands in the way. */
export function OpeningPage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(OpeningRequestService.method.getOpeningRequest, { id }, { staleTime: 0 });
  return (
    <Reading of={data?.request} error={error} again={refetch}>
      {(request) => <Shown request={request} changed={() => refetch()} />}
    </Reading>
  );
}

function Shown({ request, changed }: { request: OpeningRequest; changed: () => unknown }) {
  const texts = useTexts(OPENINGS);
  const { state, departmentCode, steps, fault, carried, subject, papers } = request;
  const report = papers.find(({ kind }) => kind === PaperKind.SANDBOX_REPORT);
  return (
    <>
      <p>
        <Link to="/openings">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>
          <SubjectTitle subject={subject} />
        </h1>
        <StateMark {...shownCaseState(OPENING_REQUEST, OpeningRequestState, state)} />
        {carried > 0 && <span className="quiet">{texts.carried(carried)}</span>}
      </div>
      <p className="quiet">
        <DepartmentName code={departmentCode} />
      </p>
      {fault !== "" && <Alert type="warning" showIcon title={texts.fault} description={fault} />}
      <NextSteps procedure={OPENING_REQUEST} state={enumName(OpeningRequestState, state)} />
      <OpeningActions request={request} changed={changed} />
      <div className="beside">
        <SubjectView request={request} />
        <PaperList papers={papers} departmentCode={departmentCode} />
      </div>
      {report && subject.case !== "delegation" && subject.case !== undefined && (
        <SandboxSteps sha256={report.sha256} departmentCode={departmentCode} purpose={subject.case} />
      )}
      <StepList steps={steps} procedure={OPENING_REQUEST} />
    </>
  );
}
