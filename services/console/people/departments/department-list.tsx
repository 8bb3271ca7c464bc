import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { Department } from "../../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { EntryService } from "../../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { useFilters } from "../../list/filters.ts";
import { RecordList } from "../../list/record-list.tsx";
import { SearchFilter } from "../../list/search-filter.tsx";
import { DepartmentName, DivisionName } from "../../names/names.tsx";
import { mayCall } from "../../shell/allowed.ts";
import { StateMark } from "../../shell/state-mark.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { ENTRIES } from "../entries/entry-texts.ts";
import { shownDepartmentState } from "./department-state.ts";
import { DEPARTMENTS } from "./department-texts.ts";

/** Departments and units of the node (6.4.1.1). */
export function DepartmentList() {
  const texts = useTexts(DEPARTMENTS);
  const { begin } = useTexts(ENTRIES);
  const { roles } = useWho();
  const filters = useFilters();
  const columns: ColumnsType<Department> = [
    {
      key: "name",
      title: texts.name,
      render: (_, { code, name }) => <Link to={`/people/departments/${code}`}>{name}</Link>,
    },
    { key: "code", title: texts.code, render: (_, { code }) => <span className="code">{code}</span> },
    { key: "division", title: texts.division, render: (_, { division }) => <DivisionName code={division} /> },
    { title: texts.state, render: (_, department) => <StateMark {...shownDepartmentState(department)} /> },
    {
      key: "superior_code",
      title: texts.superior,
      render: (_, { superiorCode }) => (superiorCode === "" ? texts.none : <DepartmentName code={superiorCode} />),
    },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, EntryService.method.putEntry) && (
          <Link className="primary" to="/people/entries/new">
            {begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
      </search>
      <RecordList
        method={RegistryService.method.listDepartments}
        request={{ search: filters.get("search") }}
        rowsOf={({ departments }) => departments}
        keyOf={({ code }) => code}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}
