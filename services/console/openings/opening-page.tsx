import { createClient } from "@connectrpc/connect";
import { useQuery, useTransport } from "@connectrpc/connect-query";
import { Alert, Button } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import {
  type OpeningRequest,
  OpeningRequestService,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import type { Paper } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { timeText } from "../format/dates.ts";
import { DepartmentName } from "../names/names.tsx";
import { mayCall } from "../shell/allowed.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { said, useTexts } from "../text/texts.ts";
import { OpeningActions } from "./opening-actions.tsx";
import { OPENINGS } from "./opening-texts.ts";
import { requestActionText, shownRequestState } from "./states.ts";
import { SubjectTitle } from "./subject-title.tsx";
import { SubjectView } from "./subject-view.tsx";

/** One request: what is asked for, with which papers, where it stands and what stands in the way. */
export function OpeningPage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(OpeningRequestService.method.getOpeningRequest, { id }, { staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.request) return <Waiting />;
  return <Shown request={data.request} changed={() => refetch()} />;
}

function Shown({ request, changed }: { request: OpeningRequest; changed: () => unknown }) {
  const texts = useTexts(OPENINGS);
  const { state, departmentCode, steps, fault, carried, subject, papers } = request;
  return (
    <>
      <p>
        <Link to="/openings">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>
          <SubjectTitle subject={subject} />
        </h1>
        <StateMark {...shownRequestState(state)} />
        {carried > 0 && <span className="quiet">{texts.carried(carried)}</span>}
      </div>
      <p className="quiet">
        <DepartmentName code={departmentCode} />
      </p>
      {fault !== "" && <Alert type="warning" showIcon title={texts.fault} description={fault} />}
      <OpeningActions request={request} changed={changed} />
      <div className="beside">
        <SubjectView request={request} />
        <Papers papers={papers} departmentCode={departmentCode} />
      </div>
      <section className="panel">
        <h2>{texts.steps}</h2>
        <ol className="waits" reversed>
          {steps.toReversed().map(({ action, name, at, remark }) => (
            <li key={`${action} ${at}`}>
              {said(requestActionText(action))} · {name || texts.byNode} · <span className="code">{timeText(at)}</span>
              {remark && <div>“{remark}”</div>}
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Papers({ papers, departmentCode }: { papers: readonly Paper[]; departmentCode: string }) {
  const texts = useTexts(OPENINGS);
  const { roles } = useWho();
  const service = createClient(PaperService, useTransport());
  const [error, setError] = useState<unknown>();
  const mayRead = mayCall(roles, PaperService.method.getPaper);
  const load = async ({ sha256, name, mediaType }: Paper) => {
    setError(undefined);
    await service
      .getPaper({ sha256, departmentCode })
      .then(({ content }) => saveFile({ content, mediaType, fileName: name }), setError);
  };
  return (
    <section className="panel">
      <h2>{texts.papers}</h2>
      {papers.length === 0 && <p className="quiet">{texts.noPapers}</p>}
      {papers.map((paper) => (
        <p key={paper.sha256}>
          <Button disabled={!mayRead} onClick={() => load(paper)}>
            {texts.download(paper.name)}
          </Button>
        </p>
      ))}
      {error !== undefined && <RefusalNotice error={error} />}
    </section>
  );
}
