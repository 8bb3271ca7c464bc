import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import {
  type OpeningRequest,
  OpeningRequestService,
  type OpeningRequestState,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { timeText } from "../format/dates.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { DepartmentName } from "../names/names.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { OPENINGS } from "./opening-texts.ts";
import { REQUEST_STATES, requestActionText, shownRequestState } from "./states.ts";
import { SubjectTitle } from "./subject-title.tsx";

/** Requests for openings within reach (开通申请, 6.2.4), of issuing, of use and of delegation. */
export function OpeningList() {
  const texts = useTexts(OPENINGS);
  const filters = useFilters();
  const state = Number(filters.get("state")) as OpeningRequestState;
  const columns: ColumnsType<OpeningRequest> = [
    {
      title: texts.what,
      render: (_, { id, subject }) => (
        <Link to={`/openings/${encodeURIComponent(id)}`}>
          <SubjectTitle subject={subject} />
        </Link>
      ),
    },
    { title: texts.state, render: (_, request) => <StateMark {...shownRequestState(request.state)} /> },
    { title: texts.department, render: (_, { departmentCode }) => <DepartmentName code={departmentCode} /> },
    {
      title: texts.report,
      render: (_, { papers }) =>
        papers.some(({ kind }) => kind === PaperKind.SANDBOX_REPORT) ? texts.handedIn : texts.none,
    },
    {
      title: texts.last,
      render: (_, { steps }) => {
        const last = steps.at(-1);
        return last && `${said(requestActionText(last.action))} · ${last.name || texts.byNode} · ${timeText(last.at)}`;
      },
    },
  ];
  return (
    <>
      <h1>{texts.title}</h1>
      <search className="filters">
        <ChooseFilter
          filters={filters}
          name="state"
          label={texts.state}
          options={REQUEST_STATES.map(({ value, text }) => ({ value, label: said(text) }))}
        />
      </search>
      <RecordList
        method={OpeningRequestService.method.listOpeningRequests}
        request={{ state }}
        rowsOf={({ requests }) => requests}
        keyOf={({ id }) => id}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}
