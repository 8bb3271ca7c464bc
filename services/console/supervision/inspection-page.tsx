import { useQuery } from "@connectrpc/connect-query";
import type { ColumnsType } from "antd/es/table";
import { Link, useParams } from "react-router";
import {
  type InspectionRow,
  SupervisionService,
} from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DivisionName } from "../names/names.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { countText, rateText } from "./figures.ts";
import { FrozenBy } from "./frozen-by.tsx";
import { LackingNotice } from "./lacking.tsx";
import { SaveCsv } from "./save-csv.tsx";
import { SUPERVISION } from "./supervision-texts.ts";

/** What was frozen of a quarter: as it was known then, to be read and to be taken along. */
export function InspectionPage() {
  const texts = useTexts(SUPERVISION);
  const { division = "", quarter = "" } = useParams();
  const filters = useFilters();
  const columns = useColumns();
  const of = { division, quarter };
  const { data, error, refetch } = useQuery(SupervisionService.method.getInspection, { ...of, pageSize: 1 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  const { inspection } = data ?? {};
  if (!inspection) return <Waiting />;
  return (
    <>
      <p>
        <Link to="/supervision/inspections">{texts.backToInspections}</Link>
      </p>
      <div className="head">
        <h1>
          <DivisionName code={inspection.division} /> {quarter} {texts.inspections}
        </h1>
      </div>
      <SaveCsv key={`${division} ${quarter}`} of={of} all={inspection.rowCount} />
      <p className="quiet digest">
        {inspection.from} – {inspection.to} · {texts.frozenAt} {timeText(inspection.frozenAt)} · {texts.frozenBy}{" "}
        <FrozenBy caller={inspection.frozenBy} /> · {texts.digest} {inspection.sha256}
      </p>
      <LackingNotice
        silent={inspection.silent}
        knownSince={inspection.knownSince}
        yearsWithoutHolidays={inspection.yearsWithoutHolidays}
      />
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findRow} />
      </search>
      <RecordList
        method={SupervisionService.method.getInspection}
        request={{ ...of, search: filters.get("search") }}
        rowsOf={({ rows }) => rows}
        keyOf={({ rates }) => `${rates?.division} ${rates?.departmentCode}`}
        columns={columns}
        label={texts.inspections}
        empty={texts.noRates}
        filters={filters}
      />
    </>
  );
}

function useColumns(): ColumnsType<InspectionRow> {
  const texts = useTexts(SUPERVISION);
  const number = (title: string, textOf: (row: InspectionRow) => string, key?: string) => ({
    ...(key && { key }),
    title,
    align: "right" as const,
    render: (_: unknown, row: InspectionRow) => <span className="code">{textOf(row)}</span>,
  });
  return [
    {
      key: "name",
      title: texts.name,
      render: (_, { rates }) => rates?.name || rates?.departmentCode || <DivisionName code={rates?.division ?? ""} />,
    },
    number(texts.electronic, ({ rates }) => rateText(rates?.electronicRate), "electronic_rate"),
    number(texts.synchronousOf, ({ rates }) => `${rates?.figures?.synchronous ?? 0} / ${rates?.figures?.listed ?? 0}`),
    number(texts.usage, ({ rates }) => rateText(rates?.usageRate), "usage_rate"),
    number(texts.usableOf, ({ rates }) => `${rates?.figures?.usable ?? 0} / ${rates?.figures?.portal ?? 0}`),
    number(texts.issued, ({ volumes }) => countText(volumes?.issued ?? 0n), "issued"),
    number(texts.used, ({ volumes }) => countText(volumes?.used ?? 0n), "used"),
    number(texts.refused, ({ volumes }) => countText(volumes?.refused ?? 0n), "refused"),
  ];
}
