import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { type Inspection, SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DivisionName } from "../names/names.tsx";
import { useTexts } from "../text/texts.ts";
import { countText } from "./figures.ts";
import { FrozenBy } from "./frozen-by.tsx";
import { SUPERVISION } from "./supervision-texts.ts";

/** Quarters that were frozen (6.2.6.1). */
export function InspectionList() {
  const texts = useTexts(SUPERVISION);
  const filters = useFilters();
  const columns: ColumnsType<Inspection> = [
    {
      key: "quarter",
      title: texts.quarter,
      render: (_, { division, quarter }) => <Link to={`${division}/${quarter}`}>{quarter}</Link>,
    },
    { key: "division", title: texts.division, render: (_, { division }) => <DivisionName code={division} /> },
    { title: texts.rows, align: "right", render: (_, { rowCount }) => countText(rowCount) },
    {
      key: "frozen_at",
      title: texts.frozenAt,
      render: (_, { frozenAt }) => <span className="code">{timeText(frozenAt)}</span>,
    },
    { title: texts.frozenBy, render: (_, { frozenBy }) => <FrozenBy caller={frozenBy} /> },
  ];
  return (
    <>
      <h1>{texts.inspections}</h1>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findInspection} />
      </search>
      <RecordList
        method={SupervisionService.method.listInspections}
        request={{ search: filters.get("search") }}
        rowsOf={({ inspections }) => inspections}
        keyOf={({ division, quarter }) => `${division} ${quarter}`}
        columns={columns}
        label={texts.inspections}
        empty={texts.noInspections}
        filters={filters}
      />
    </>
  );
}
