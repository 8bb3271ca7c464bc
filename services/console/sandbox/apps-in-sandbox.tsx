import { Button, Form } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link, useNavigate } from "react-router";
import type { App } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { isConsoleApp } from "../../domain/console-app.ts";
import { Asked } from "../form/asked.tsx";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DepartmentName } from "../names/names.tsx";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { SANDBOX } from "./sandbox-texts.ts";

const { listApps } = AppService.method;

/** The systems whose check can be looked at: those that its reader may list, or the one whose AppKey is filled in. */
export function AppsInSandbox() {
  const texts = useTexts(SANDBOX);
  const { roles } = useWho();
  const navigate = useNavigate();
  const filters = useFilters();
  const columns: ColumnsType<App> = [
    {
      key: "name",
      title: texts.app,
      render: (_, { key, name }) => <Link to={`/sandbox/${encodeURIComponent(key)}`}>{name}</Link>,
    },
    { key: "key", title: texts.key, render: (_, { key }) => <span className="code">{key}</span> },
    {
      key: "department_code",
      title: texts.department,
      render: (_, { departmentCode }) => <DepartmentName code={departmentCode} />,
    },
  ];
  return (
    <>
      <h1>{texts.title}</h1>
      <p className="quiet">{texts.how}</p>
      {mayCall(roles, listApps) ? (
        <>
          <search className="filters">
            <SearchFilter filters={filters} label={texts.findApp} />
          </search>
          <RecordList
            method={listApps}
            request={{ search: filters.get("search") }}
            rowsOf={({ apps }) => apps.filter(({ node, key }) => !isConsoleApp(node, key))}
            keyOf={({ key }) => key}
            columns={columns}
            label={texts.apps}
            empty={texts.noApps}
            filters={filters}
          />
        </>
      ) : (
        <Form<{ appKey: string }>
          layout="vertical"
          className="panel"
          onFinish={({ appKey }) => navigate(`/sandbox/${encodeURIComponent(appKey.trim())}`)}
        >
          <Asked name={["appKey"]} label={texts.find} extra={texts.findHow} required />
          <Button type="primary" htmlType="submit">
            {texts.show}
          </Button>
        </Form>
      )}
    </>
  );
}
