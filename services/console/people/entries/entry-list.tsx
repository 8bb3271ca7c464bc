import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { type DepartmentEntry, EntryState } from "../../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { ENTRY } from "../../../domain/entry-procedure.ts";
import { LastStep } from "../../cases/last-step.tsx";
import { caseStates, shownCaseState } from "../../cases/shown-states.ts";
import { ChooseFilter } from "../../list/choose-filter.tsx";
import { useFilters } from "../../list/filters.ts";
import { RecordList } from "../../list/record-list.tsx";
import { SearchFilter } from "../../list/search-filter.tsx";
import { DivisionName } from "../../names/names.tsx";
import { mayCall } from "../../shell/allowed.ts";
import { StateMark } from "../../shell/state-mark.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { ENTRIES } from "./entry-texts.ts";

const { listEntries, putEntry } = EntryService.method;

/** Entries of departments within reach (部门进驻, 6.2.2.1). */
export function EntryList() {
  const texts = useTexts(ENTRIES);
  const { roles } = useWho();
  const filters = useFilters();
  const state = Number(filters.get("state")) as EntryState;
  const columns: ColumnsType<DepartmentEntry> = [
    {
      key: "name",
      title: texts.name,
      render: (_, { code, name }) => <Link to={`/people/entries/${code}`}>{name}</Link>,
    },
    { title: texts.state, render: (_, entry) => <StateMark {...shownCaseState(ENTRY, EntryState, entry.state)} /> },
    { key: "code", title: texts.code, render: (_, { code }) => <span className="code">{code}</span> },
    { key: "division", title: texts.division, render: (_, { division }) => <DivisionName code={division} /> },
    { key: "last_step", title: texts.last, render: (_, { steps }) => <LastStep steps={steps} procedure={ENTRY} /> },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, putEntry) && (
          <Link className="primary" to="/people/entries/new">
            {texts.begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <ChooseFilter filters={filters} name="state" label={texts.state} options={caseStates(ENTRY, EntryState)} />
      </search>
      <RecordList
        method={listEntries}
        request={{ state, search: filters.get("search") }}
        rowsOf={({ entries }) => entries}
        keyOf={({ code }) => code}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}
