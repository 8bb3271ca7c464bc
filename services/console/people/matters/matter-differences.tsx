import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import {
  type MatterDifference,
  MatterDifferenceKind,
} from "../../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { ROLES } from "../../../domain/role.ts";
import { enumName } from "../../format/enum-name.ts";
import { useFilters } from "../../list/filters.ts";
import { RecordList } from "../../list/record-list.tsx";
import { SearchFilter } from "../../list/search-filter.tsx";
import { DepartmentFilter } from "../../names/department-filter.tsx";
import { DepartmentName } from "../../names/names.tsx";
import { roleName } from "../../shell/role-name.ts";
import { useWho } from "../../shell/who.tsx";
import { said, useTexts } from "../../text/texts.ts";
import { DIFFERENCE_KINDS, DIFFERENCES, MATTERS } from "./matter-texts.ts";

const { compareMatters, listMissingMatters } = MatterService.method;

/** Where matters differ from the province's directory and the catalog (差异清单, 6.2.2.2), and what nobody carries out. */
export function MatterDifferences() {
  const texts = { ...useTexts(MATTERS), ...useTexts(DIFFERENCES) };
  const { roles } = useWho();
  // What a whole node lacks is told to whoever sees more than a department.
  const ofBody = roles.some((role) => ROLES[roleName(role)]?.level !== "department");
  const filters = useFilters();
  const told = (kind: MatterDifferenceKind) => {
    const name = enumName(MatterDifferenceKind, kind);
    return said(DIFFERENCE_KINDS[name] ?? [name, name]);
  };
  const keyOf = ({ kind, matterCode, expectedCode, found }: MatterDifference) =>
    `${kind} ${matterCode} ${expectedCode} ${found}`;
  const kind: ColumnsType<MatterDifference>[number] = { title: texts.kind, render: (_, one) => told(one.kind) };
  const columns: ColumnsType<MatterDifference> = [
    kind,
    { key: "name", title: texts.name, render: (_, { matterName }) => <span className="wrap">{matterName}</span> },
    { key: "code", title: texts.code, render: (_, { matterCode }) => <span className="code">{matterCode}</span> },
    {
      key: "department_code",
      title: texts.department,
      render: (_, { departmentCode }) => departmentCode !== "" && <DepartmentName code={departmentCode} />,
    },
    {
      title: texts.expected,
      render: (_, { expectedCode, expected }) => [expected, expectedCode].filter(Boolean).join(" · "),
    },
    { title: texts.found, dataIndex: "found" },
  ];
  const lacking: ColumnsType<MatterDifference> = [
    kind,
    { key: "name", title: texts.expectedName, render: (_, { expected }) => <span className="wrap">{expected}</span> },
    {
      key: "code",
      title: texts.expectedCode,
      render: (_, { expectedCode }) => <span className="code">{expectedCode}</span>,
    },
  ];
  const search = filters.get("search");
  const list = { keyOf, filters, empty: texts.empty };
  return (
    <>
      <p>
        <Link to="/people/matters">{texts.back}</Link>
      </p>
      <h1>{texts.title}</h1>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <DepartmentFilter filters={filters} label={texts.department} />
      </search>
      <h2>{texts.how}</h2>
      <RecordList
        {...list}
        method={compareMatters}
        columns={columns}
        request={{ departmentCode: filters.get("department"), search }}
        rowsOf={({ differences }) => differences}
        label={texts.how}
      />
      {ofBody && (
        <>
          <h2>{texts.missing}</h2>
          <RecordList
            {...list}
            method={listMissingMatters}
            columns={lacking}
            request={{ search }}
            rowsOf={({ differences }) => differences}
            label={texts.missing}
          />
        </>
      )}
    </>
  );
}
