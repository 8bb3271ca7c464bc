import { createQueryOptions, useTransport } from "@connectrpc/connect-query";
import { useQueries } from "@tanstack/react-query";
import { Table } from "antd";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { Scrolls } from "../list/scrolls.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import type { Asked } from "./asked.ts";
import { Chart } from "./chart.tsx";
import { rateText } from "./figures.ts";
import { useHeadline } from "./headline.ts";
import { trendDays } from "./period.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/** How both rates went over the period: drawn, and in a table. */
export function RateTrend({ asked }: { asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const transport = useTransport();
  const of = useHeadline(asked);
  const days = trendDays(asked.period);
  const answers = useQueries({
    queries: days.map((day) =>
      createQueryOptions(SupervisionService.method.getRates, { ...of, day, pageSize: 1 }, { transport }),
    ),
  });
  const failed = answers.find(({ error }) => error);
  if (failed)
    return <RefusalNotice error={failed.error} retry={() => answers.forEach(({ refetch }) => void refetch())} />;
  if (answers.some(({ data }) => !data)) return <Waiting />;
  const points = days.map((day, index) => ({ day, row: answers[index]?.data?.rows[0] }));
  const inPercent = (rate: number | undefined) => (rate === undefined ? null : Math.round(rate * 10_000) / 100);
  const series = [
    { name: texts.electronic, values: points.map(({ row }) => inPercent(row?.electronicRate)) },
    { name: texts.usage, values: points.map(({ row }) => inPercent(row?.usageRate)) },
  ];
  return (
    <section className="panel">
      <h2>{texts.trend}</h2>
      <div className="drawn">
        <Chart label={`${texts.trend}。${texts.numbers}`} data={{ names: days, series, unit: "%", most: 100 }} />
        <Scrolls label={texts.trend}>
          <Table
            aria-label={texts.trend}
            size="small"
            pagination={false}
            rowKey="day"
            dataSource={points}
            columns={[
              { title: texts.day, render: (_, { day }) => <span className="code">{day}</span> },
              { title: texts.electronic, align: "right", render: (_, { row }) => rateText(row?.electronicRate) },
              { title: texts.usage, align: "right", render: (_, { row }) => rateText(row?.usageRate) },
            ]}
          />
        </Scrolls>
      </div>
    </section>
  );
}
