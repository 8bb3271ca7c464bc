import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import {
  type OpeningRequest,
  OpeningRequestService,
  OpeningRequestState,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { OPENING_REQUEST } from "../../domain/opening-procedure.ts";
import { LastStep } from "../cases/last-step.tsx";
import { caseStates, shownCaseState } from "../cases/shown-states.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DepartmentName } from "../names/names.tsx";
import { mayCall } from "../shell/allowed.ts";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { OPENINGS } from "./opening-texts.ts";
import { SubjectTitle } from "./subject-title.tsx";

/** Requests for openings within reach (开通申请, 6.2.4), of issuing, of use and of delegation. */
export function OpeningList() {
  const texts = useTexts(OPENINGS);
  const { roles } = useWho();
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
    {
      title: texts.state,
      render: (_, request) => <StateMark {...shownCaseState(OPENING_REQUEST, OpeningRequestState, request.state)} />,
    },
    {
      key: "department_code",
      title: texts.department,
      render: (_, { departmentCode }) => <DepartmentName code={departmentCode} />,
    },
    {
      title: texts.report,
      render: (_, { papers }) =>
        papers.some(({ kind }) => kind === PaperKind.SANDBOX_REPORT) ? texts.handedIn : texts.none,
    },
    {
      key: "last_step",
      title: texts.last,
      render: (_, { steps }) => <LastStep steps={steps} procedure={OPENING_REQUEST} />,
    },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, OpeningRequestService.method.putOpeningRequest) && (
          <Link className="primary" to="/openings/new">
            {texts.begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <ChooseFilter
          filters={filters}
          name="state"
          label={texts.state}
          options={caseStates(OPENING_REQUEST, OpeningRequestState)}
        />
      </search>
      <RecordList
        method={OpeningRequestService.method.listOpeningRequests}
        request={{ state, search: filters.get("search") }}
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
