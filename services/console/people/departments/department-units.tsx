import { Link } from "react-router";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { useFilters } from "../../list/filters.ts";
import { DivisionName } from "../../names/names.tsx";
import { StateMark } from "../../shell/state-mark.tsx";
import { useTexts } from "../../text/texts.ts";
import { DepartmentPart } from "./department-part.tsx";
import { shownDepartmentState } from "./department-state.ts";
import { DEPARTMENTS } from "./department-texts.ts";

/** Units directly below a department. */
export function DepartmentUnits({ code }: { code: string }) {
  const texts = useTexts(DEPARTMENTS);
  const filters = useFilters(undefined, "units");
  return (
    <DepartmentPart
      title={texts.units}
      empty={texts.noUnits}
      find={texts.find}
      filters={filters}
      method={RegistryService.method.listDepartments}
      request={{ superiorCode: code, search: filters.get("search") }}
      rowsOf={({ departments }) => departments}
      keyOf={(unit) => unit.code}
      columns={[
        {
          key: "name",
          title: texts.name,
          render: (_, unit) => <Link to={`/people/departments/${unit.code}`}>{unit.name}</Link>,
        },
        { key: "code", title: texts.code, render: (_, unit) => <span className="code">{unit.code}</span> },
        { key: "division", title: texts.division, render: (_, unit) => <DivisionName code={unit.division} /> },
        { title: texts.state, render: (_, unit) => <StateMark {...shownDepartmentState(unit)} /> },
      ]}
    />
  );
}
