import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { MatterService } from "../../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Matter } from "../../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { ChooseFilter } from "../../list/choose-filter.tsx";
import { useFilters } from "../../list/filters.ts";
import { RecordList } from "../../list/record-list.tsx";
import { SearchFilter } from "../../list/search-filter.tsx";
import { DepartmentFilter } from "../../names/department-filter.tsx";
import { DepartmentName, ItemName } from "../../names/names.tsx";
import { mayCall } from "../../shell/allowed.ts";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { MATTERS } from "./matter-texts.ts";

/** Matters within reach (权责事项清单, 6.2.2.2), of one department or of all. */
export function MatterList() {
  const texts = useTexts(MATTERS);
  const { roles } = useWho();
  const filters = useFilters();
  const certificates = (["issuing", "using"] as const).map((value) => ({ value, label: texts[value] }));
  const items = (codes: readonly string[]) =>
    codes.length === 0
      ? texts.none
      : codes.map((code) => (
          <div key={code}>
            <ItemName code={code} />
          </div>
        ));
  const columns: ColumnsType<Matter> = [
    { key: "name", title: texts.name, render: (_, { name }) => <span className="wrap">{name}</span> },
    { key: "code", title: texts.code, render: (_, { code }) => <span className="code">{code}</span> },
    {
      key: "department_code",
      title: texts.department,
      render: (_, { departmentCode }) => <DepartmentName code={departmentCode} />,
    },
    {
      title: texts.portal,
      render: (_, { portal }) => (portal.some(({ until }) => until === "") ? texts.onPortal : texts.notOnPortal),
    },
    { title: texts.issued, render: (_, { issuedItems }) => items(issuedItems) },
    { title: texts.used, render: (_, { usedItems }) => items(usedItems) },
    { key: "ended_on", title: texts.ended, render: (_, { endedOn }) => <span className="code">{endedOn}</span> },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, MatterService.method.compareMatters) && (
          <Link to="/people/matters/differences">{texts.differences}</Link>
        )}
        {mayCall(roles, MatterService.method.startMatterImport) && (
          <Link className="primary" to="/people/matters/import">
            {texts.begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <DepartmentFilter filters={filters} label={texts.department} />
        <ChooseFilter filters={filters} name="certificates" label={texts.certificates} options={certificates} />
      </search>
      <RecordList
        method={MatterService.method.findMatters}
        request={{
          departmentCode: filters.get("department"),
          search: filters.get("search"),
          issuing: filters.get("certificates") === "issuing",
          using: filters.get("certificates") === "using",
        }}
        rowsOf={({ matters }) => matters}
        keyOf={({ code, node }) => `${node} ${code}`}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}
