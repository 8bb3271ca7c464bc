import { useQuery } from "@connectrpc/connect-query";
import { Empty, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { Rate, type RateRow } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import {
  MemberChoice,
  RateLevel,
  SupervisionService,
} from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { Scrolls } from "../list/scrolls.tsx";
import { DivisionName } from "../names/names.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { type Asked, addressWith } from "./asked.ts";
import { CountedOf } from "./counted-of.tsx";
import { ranked, rateText } from "./figures.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/** Rows that are ranked: as many as the contract gives at once. */
const RANKED = 1_000;
const SHOWN = 20;

interface Place {
  readonly row: RateRow;
  readonly place?: number;
}

/** Departments or divisions by 证照电子化率, as measured; each name leads to its own figures. */
export function Ranking({ asked }: { asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const { division, departmentCode, level, period, filters } = asked;
  const request = { day: period.to, level, division, departmentCode, pageSize: RANKED };
  const { data, error, isFetching, refetch } = useQuery(SupervisionService.method.getRates, request);
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  const places: Place[] = ranked(data?.rows ?? [], ({ electronicRate }) => electronicRate);
  const columns: ColumnsType<Place> = [
    { title: texts.name, render: (_, { row }) => <Link to={narrowed(row)}>{nameOf(row)}</Link> },
    { title: texts.rank, align: "right", render: (_, { place }) => place ?? "—" },
    {
      title: texts.electronic,
      align: "right",
      render: (_, { row }) => <span className="code">{rateText(row.electronicRate)}</span>,
    },
    {
      title: texts.synchronousOf,
      align: "right",
      render: (_, { row }) => (
        <CountedOf row={row} rate={Rate.ELECTRONIC} choice={MemberChoice.COUNTED} asked={asked} />
      ),
    },
    {
      title: texts.openedOf,
      align: "right",
      render: (_, { row }) => (
        <CountedOf row={row} rate={Rate.ELECTRONIC} choice={MemberChoice.DECLARED} asked={asked} />
      ),
    },
    {
      title: texts.usage,
      align: "right",
      render: (_, { row }) => <span className="code">{rateText(row.usageRate)}</span>,
    },
    {
      title: texts.usableOf,
      align: "right",
      render: (_, { row }) => <CountedOf row={row} rate={Rate.USAGE} choice={MemberChoice.COUNTED} asked={asked} />,
    },
  ];
  const narrowed = ({ departmentCode: department, division: within }: RateRow) =>
    addressWith(filters, department ? { department } : { division: within, level: RateLevel.UNSPECIFIED });
  return (
    <section className="panel">
      <h2>{texts.ranking}</h2>
      <Scrolls label={texts.ranking}>
        <Table<Place>
          aria-label={texts.ranking}
          size="middle"
          columns={columns}
          dataSource={places}
          rowKey={({ row }) => `${row.division} ${row.departmentCode} ${row.node}`}
          loading={isFetching}
          pagination={{ pageSize: SHOWN, hideOnSinglePage: true, showSizeChanger: false }}
          locale={{
            emptyText: data ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noRates} /> : " ",
          }}
        />
      </Scrolls>
      {data?.nextPageToken && <p className="quiet">{texts.firstRows(RANKED)}</p>}
    </section>
  );
}

function nameOf({ departmentCode, division, name }: RateRow) {
  return departmentCode ? name || departmentCode : <DivisionName code={division} />;
}
