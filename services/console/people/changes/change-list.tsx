import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { ChangeState, type DepartmentChange } from "../../../../proto/gen/ecert/governance/v1/change_pb.ts";
import { ChangeService } from "../../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { CHANGE } from "../../../domain/change-procedure.ts";
import { LastStep } from "../../cases/last-step.tsx";
import { caseStates, shownCaseState } from "../../cases/shown-states.ts";
import { ChooseFilter } from "../../list/choose-filter.tsx";
import { useFilters } from "../../list/filters.ts";
import { RecordList } from "../../list/record-list.tsx";
import { SearchFilter } from "../../list/search-filter.tsx";
import { DepartmentName } from "../../names/names.tsx";
import { mayCall } from "../../shell/allowed.ts";
import { StateMark } from "../../shell/state-mark.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { changeKindText } from "./change-step.ts";
import { CHANGES } from "./change-texts.ts";

const { listChanges, putChange } = ChangeService.method;

/** Changes of departments within reach (更名、撤销、合并、拆分). */
export function ChangeList() {
  const texts = useTexts(CHANGES);
  const { roles } = useWho();
  const filters = useFilters();
  const state = Number(filters.get("state")) as ChangeState;
  const columns: ColumnsType<DepartmentChange> = [
    {
      key: "department_code",
      title: texts.department,
      render: (_, { id, departmentCode }) => (
        <Link to={`/people/changes/${encodeURIComponent(id)}`}>
          <DepartmentName code={departmentCode} />
        </Link>
      ),
    },
    { title: texts.kind, render: (_, { kind }) => changeKindText(kind) },
    { title: texts.state, render: (_, change) => <StateMark {...shownCaseState(CHANGE, ChangeState, change.state)} /> },
    {
      key: "effective_on",
      title: texts.effectiveOn,
      render: (_, { effectiveOn }) => <span className="code">{effectiveOn}</span>,
    },
    { key: "last_step", title: texts.last, render: (_, { steps }) => <LastStep steps={steps} procedure={CHANGE} /> },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, putChange) && (
          <Link className="primary" to="/people/changes/new">
            {texts.begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <ChooseFilter filters={filters} name="state" label={texts.state} options={caseStates(CHANGE, ChangeState)} />
      </search>
      <RecordList
        method={listChanges}
        request={{ state, search: filters.get("search") }}
        rowsOf={({ changes }) => changes}
        keyOf={({ id }) => id}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}
