import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { App } from "../../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService } from "../../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { useFilters } from "../../list/filters.ts";
import { RecordList } from "../../list/record-list.tsx";
import { SearchFilter } from "../../list/search-filter.tsx";
import { DepartmentFilter } from "../../names/department-filter.tsx";
import { DepartmentName } from "../../names/names.tsx";
import { mayCall } from "../../shell/allowed.ts";
import { StateMark } from "../../shell/state-mark.tsx";
import { useWho } from "../../shell/who.tsx";
import { said, useTexts } from "../../text/texts.ts";
import { PEOPLE } from "../people-texts.ts";
import { shownAppState } from "./app-state.ts";
import { APPS, SCOPES } from "./app-texts.ts";
import { SecretEnds } from "./secret-ends.tsx";

/** Apps of departments' systems (6.2.4.1): whose they are, what they may, and how long their secrets are good. */
export function AppList() {
  const texts = { ...useTexts(PEOPLE), ...useTexts(APPS) };
  const { roles } = useWho();
  const filters = useFilters();
  const columns: ColumnsType<App> = [
    {
      key: "name",
      title: texts.name,
      render: (_, { key, name }) => <Link to={`/people/apps/${encodeURIComponent(key)}`}>{name}</Link>,
    },
    { key: "key", title: texts.key, render: (_, { key }) => <span className="code">{key}</span> },
    { title: texts.state, render: (_, app) => <StateMark {...shownAppState(app)} /> },
    { key: "secret_ends", title: texts.secretEnds, render: (_, app) => <SecretEnds app={app} /> },
    { title: texts.scopes, render: (_, { scopes }) => scopes.map(scopeText).join("、") },
    {
      key: "department_code",
      title: texts.department,
      render: (_, { departmentCode }) => <DepartmentName code={departmentCode} />,
    },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, AppService.method.putApp) && (
          <Link className="primary" to="/people/apps/new">
            {texts.begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <DepartmentFilter filters={filters} label={texts.department} />
      </search>
      <RecordList
        method={AppService.method.listApps}
        request={{ search: filters.get("search"), departmentCode: filters.get("department") }}
        rowsOf={({ apps }) => apps}
        keyOf={({ key }) => key}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}

/** A scope as people call it; one that this page does not know, by its own name. */
export function scopeText(scope: string): string {
  const known = SCOPES[scope];
  return known ? said(known) : scope;
}
