import { useQuery } from "@connectrpc/connect-query";
import { Descriptions } from "antd";
import { Link, useParams } from "react-router";
import { OpeningService } from "../../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import type { Department } from "../../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { ChangeService } from "../../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { AccountService } from "../../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { DepartmentName, DivisionName } from "../../names/names.tsx";
import { mayCall } from "../../shell/allowed.ts";
import { Waiting } from "../../shell/placeholders.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { StateMark } from "../../shell/state-mark.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { DepartmentDelegations } from "./department-delegations.tsx";
import { DepartmentOpenings } from "./department-openings.tsx";
import { DepartmentSeals } from "./department-seals.tsx";
import { shownDepartmentState } from "./department-state.ts";
import { DEPARTMENTS } from "./department-texts.ts";
import { DepartmentUnits } from "./department-units.tsx";

const { getDepartment, listSeals, listIssuingOpenings } = RegistryService.method;

/** One department: its units, seals with their ends, what it issues and who acts for it, as far as its reader may see each. */
export function DepartmentPage() {
  const { code = "" } = useParams();
  const { data, error, refetch } = useQuery(getDepartment, { code }, { staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.department) return <Waiting />;
  return <Shown department={data.department} />;
}

function Shown({ department }: { department: Department }) {
  const texts = useTexts(DEPARTMENTS);
  const { roles } = useWho();
  const { code, name, division, superiorCode, closed } = department;
  const of = `?department=${code}`;
  return (
    <>
      <p>
        <Link to="/people/departments">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>{name}</h1>
        <StateMark {...shownDepartmentState(department)} />
      </div>
      <div className="actions">
        {mayCall(roles, AccountService.method.listAccounts) && <Link to={`/people/accounts${of}`}>{texts.people}</Link>}
        {mayCall(roles, AppService.method.listApps) && <Link to={`/people/apps${of}`}>{texts.apps}</Link>}
        {mayCall(roles, ChangeService.method.putChange) && !closed && (
          <Link to={`/people/changes/new${of}`}>{texts.change}</Link>
        )}
      </div>
      <Descriptions
        column={1}
        size="small"
        className="panel"
        items={[
          { label: texts.code, children: <span className="code">{code}</span> },
          { label: texts.division, children: <DivisionName code={division} /> },
          {
            label: texts.superior,
            children:
              superiorCode === "" ? (
                texts.none
              ) : (
                <Link to={`/people/departments/${superiorCode}`}>
                  <DepartmentName code={superiorCode} />
                </Link>
              ),
          },
        ]}
      />
      <DepartmentUnits code={code} />
      {mayCall(roles, listSeals) && <DepartmentSeals code={code} />}
      {mayCall(roles, listIssuingOpenings) && <DepartmentOpenings code={code} />}
      {mayCall(roles, OpeningService.method.listDelegations) && <DepartmentDelegations code={code} />}
    </>
  );
}
