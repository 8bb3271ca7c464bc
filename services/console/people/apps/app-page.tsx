import { create } from "@bufbuild/protobuf";
import { useQuery } from "@connectrpc/connect-query";
import { Descriptions } from "antd";
import { Link, useParams } from "react-router";
import { type App, AppQuotaSchema } from "../../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService } from "../../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { DepartmentName } from "../../names/names.tsx";
import { Reading } from "../../shell/reading.tsx";
import { StateMark } from "../../shell/state-mark.tsx";
import { useTexts } from "../../text/texts.ts";
import { PEOPLE } from "../people-texts.ts";
import { AppActions } from "./app-actions.tsx";
import { scopeText } from "./app-list.tsx";
import { AppSecrets } from "./app-secrets.tsx";
import { shownAppState } from "./app-state.ts";
import { APPS } from "./app-texts.ts";

/** One app: whose it is, what it may, its secrets as far as they are told, and what may be done with it. */
export function AppPage() {
  const { key = "" } = useParams();
  const { data, error, refetch } = useQuery(AppService.method.getApp, { key }, { staleTime: 0 });
  return (
    <Reading of={data?.app} error={error} again={refetch}>
      {(app) => <Shown app={app} changed={() => refetch()} />}
    </Reading>
  );
}

function Shown({ app, changed }: { app: App; changed: () => unknown }) {
  const texts = { ...useTexts(PEOPLE), ...useTexts(APPS) };
  const { key, name, departmentCode, scopes, quota = create(AppQuotaSchema) } = app;
  const limits = [
    [texts.callsPerMinute, quota.callsPerMinute],
    [texts.usageCodesPerDay, quota.usageCodesPerDay],
    [texts.holdersPerDay, quota.holdersPerDay],
  ] as const;
  return (
    <>
      <p>
        <Link to="/people/apps">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>{name}</h1>
        <StateMark {...shownAppState(app)} />
      </div>
      <AppActions app={app} changed={changed} />
      <Descriptions
        column={1}
        size="small"
        className="panel"
        items={[
          { label: texts.key, children: <span className="code wrap">{key}</span> },
          {
            label: texts.department,
            children: (
              <span className="wrap">
                <DepartmentName code={departmentCode} /> <span className="code">{departmentCode}</span>
              </span>
            ),
          },
          { label: texts.scopes, children: scopes.map(scopeText).join("、") },
          ...limits.flatMap(([label, value]) => (value === 0 ? [] : [{ label, children: value.toLocaleString() }])),
        ]}
      />
      <AppSecrets app={app} />
    </>
  );
}
