import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { Rate, type RateRow } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import {
  MemberChoice,
  RateLevel,
  SupervisionService,
} from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DivisionName } from "../names/names.tsx";
import { useTexts } from "../text/texts.ts";
import { type Asked, addressWith } from "./asked.ts";
import { CountedOf } from "./counted-of.tsx";
import { rateText } from "./figures.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/** Departments or divisions by 证照电子化率, as measured, or by what a heading asks for; each name leads to its own figures. */
export function Ranking({ asked }: { asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const filters = useFilters(undefined, "ranking");
  const { division, departmentCode, level, period } = asked;
  const of = { day: period.to, level, division, departmentCode };
  const columns: ColumnsType<RateRow> = [
    { key: "name", title: texts.name, render: (_, row) => <Link to={narrowed(row)}>{nameOf(row)}</Link> },
    { title: texts.rank, align: "right", render: (_, { place }) => place || "—" },
    {
      key: "electronic_rate",
      title: texts.electronic,
      align: "right",
      render: (_, row) => <span className="code">{rateText(row.electronicRate)}</span>,
    },
    {
      title: texts.synchronousOf,
      align: "right",
      render: (_, row) => <CountedOf row={row} rate={Rate.ELECTRONIC} choice={MemberChoice.COUNTED} asked={asked} />,
    },
    {
      title: texts.openedOf,
      align: "right",
      render: (_, row) => <CountedOf row={row} rate={Rate.ELECTRONIC} choice={MemberChoice.DECLARED} asked={asked} />,
    },
    {
      key: "usage_rate",
      title: texts.usage,
      align: "right",
      render: (_, row) => <span className="code">{rateText(row.usageRate)}</span>,
    },
    {
      title: texts.usableOf,
      align: "right",
      render: (_, row) => <CountedOf row={row} rate={Rate.USAGE} choice={MemberChoice.COUNTED} asked={asked} />,
    },
  ];
  const narrowed = ({ departmentCode: department, division: within }: RateRow) =>
    addressWith(asked.filters, department ? { department } : { division: within, level: RateLevel.UNSPECIFIED });
  return (
    <section className="panel">
      <h2>{texts.ranking}</h2>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findRow} />
      </search>
      <RecordList
        // Places of another question would stand there until the answer to this one comes.
        key={JSON.stringify(of)}
        method={SupervisionService.method.getRates}
        request={{ ...of, search: filters.get("search"), orderBy: "-electronic_rate" }}
        rowsOf={({ rows }) => rows}
        keyOf={({ division: code, departmentCode: department, node }) => `${code} ${department} ${node}`}
        columns={columns}
        label={texts.ranking}
        empty={texts.noRates}
        filters={filters}
      />
    </section>
  );
}

function nameOf({ departmentCode, division, name }: RateRow) {
  return departmentCode ? name || departmentCode : <DivisionName code={division} />;
}
