import { Link } from "react-router";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { useFilters } from "../../list/filters.ts";
import { mayCall } from "../../shell/allowed.ts";
import { StateMark } from "../../shell/state-mark.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { DaysLeft } from "../days-left.tsx";
import { DepartmentPart } from "./department-part.tsx";
import { shownSealState } from "./department-state.ts";
import { DEPARTMENTS } from "./department-texts.ts";

/** Seals of a department (6.4.1.4), with the end of their certificates, and who has to confirm which (5.8.4). */
export function DepartmentSeals({ code }: { code: string }) {
  const texts = useTexts(DEPARTMENTS);
  const filters = useFilters(undefined, "seals");
  const { roles } = useWho();
  const now = new Date();
  return (
    <DepartmentPart
      title={texts.seals}
      empty={texts.noSeals}
      find={texts.findSeal}
      filters={filters}
      method={RegistryService.method.listSeals}
      request={{ departmentCode: code, search: filters.get("search") }}
      rowsOf={({ seals, certificateEnds }) => seals.map((seal) => ({ seal, ends: certificateEnds[seal.code] }))}
      keyOf={({ seal }) => seal.code}
      columns={[
        {
          key: "name",
          title: texts.name,
          render: (_, { seal }) => <Link to={`/people/departments/${code}/seals/${seal.code}`}>{seal.name}</Link>,
        },
        { key: "code", title: texts.sealCode, render: (_, { seal }) => <span className="code">{seal.code}</span> },
        { title: texts.state, render: (_, { seal }) => <StateMark {...shownSealState(seal)} /> },
        {
          title: texts.sealEnds,
          render: (_, { ends }) => (ends === undefined ? texts.none : <DaysLeft ends={ends} now={now} />),
        },
        { title: texts.serves, render: (_, { seal }) => texts.servesUnits(seal.unitCodes.length) },
      ]}
    >
      <p className="quiet">{texts.confirmHow}</p>
      {mayCall(roles, RegistryService.method.putSeal) && (
        <div className="actions">
          <Link to={`/people/departments/${code}/seals/new`}>{texts.prepareSeal}</Link>
        </div>
      )}
    </DepartmentPart>
  );
}
