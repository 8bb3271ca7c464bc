import { useQuery } from "@connectrpc/connect-query";
import { Empty, Select, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { VolumeGroup, type VolumeRow } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { FLOWS } from "../../domain/volumes.ts";
import { Scrolls } from "../list/scrolls.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import type { Asked } from "./asked.ts";
import { Chart } from "./chart.tsx";
import { countText } from "./figures.ts";
import { LackingNotice } from "./lacking.tsx";
import { eachDay } from "./period.ts";
import { SUPERVISION } from "./supervision-texts.ts";
import { VolumeKey } from "./volume-key.tsx";

/** Rows that are asked for at once: more than there are days in the longest period. */
const ROWS = 1_000;
const SHOWN = 20;

/** How much was issued, used and refused in the period: by day drawn too, otherwise the most first. Each key leads to what it is made of. */
export function VolumesShown({ asked }: { asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const { period, division, departmentCode, itemCode, matterCode, group, filters } = asked;
  const request = { period, division, departmentCode, itemCode, matterCode, group, pageSize: ROWS };
  const { data, error, isFetching, refetch } = useQuery(SupervisionService.method.getVolumes, request);
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  const byDay = group === VolumeGroup.DAY;
  const rows = byDay ? (data?.rows ?? []).toReversed() : mostFirst(data?.rows ?? []);
  const columns: ColumnsType<VolumeRow> = [
    { title: texts.key, render: (_, { key }) => <VolumeKey row={key} asked={asked} /> },
    ...FLOWS.map((flow) => ({
      title: texts[flow],
      align: "right" as const,
      render: (_: unknown, { volumes }: VolumeRow) => <span className="code">{countText(volumes?.[flow] ?? 0n)}</span>,
    })),
  ];
  return (
    <section className="panel">
      <div className="head">
        <h2>
          {texts.volumes} · {period.from} – {period.to}
        </h2>
        <Select
          aria-label={texts.group}
          value={group}
          onChange={(value) => filters.set("group", String(value))}
          popupMatchSelectWidth={false}
          options={[
            { value: VolumeGroup.DAY, label: texts.byDay },
            { value: VolumeGroup.ITEM, label: texts.byItem },
            { value: VolumeGroup.MATTER, label: texts.byMatter },
            { value: VolumeGroup.DEPARTMENT, label: texts.byDepartment },
            { value: VolumeGroup.ACTION, label: texts.byAction },
          ]}
        />
      </div>
      <LackingNotice {...(data && { filling: data.filling, silent: data.silent, knownSince: data.knownSince })} />
      {byDay && data && rows.length > 0 && <DayChart rows={data.rows} asked={asked} />}
      <Scrolls label={texts.volumes}>
        <Table<VolumeRow>
          aria-label={texts.volumes}
          size="middle"
          columns={columns}
          dataSource={rows}
          rowKey="key"
          loading={isFetching}
          pagination={{ pageSize: SHOWN, hideOnSinglePage: true, showSizeChanger: false }}
          locale={{
            emptyText: data ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noVolumes} /> : " ",
          }}
          summary={() => rows.length > 1 && <Total rows={rows} />}
        />
      </Scrolls>
      {data?.nextPageToken && <p className="quiet">{texts.firstRows(ROWS)}</p>}
    </section>
  );
}

function mostFirst(rows: readonly VolumeRow[]): VolumeRow[] {
  const sum = ({ volumes }: VolumeRow) =>
    Number(volumes?.issued ?? 0n) + Number(volumes?.used ?? 0n) + Number(volumes?.refused ?? 0n);
  return [...rows].sort((a, b) => sum(b) - sum(a));
}

function Total({ rows }: { rows: readonly VolumeRow[] }) {
  const texts = useTexts(SUPERVISION);
  const sum = (flow: (typeof FLOWS)[number]) => rows.reduce((all, { volumes }) => all + (volumes?.[flow] ?? 0n), 0n);
  return (
    <Table.Summary.Row>
      <Table.Summary.Cell index={0}>{texts.total}</Table.Summary.Cell>
      {FLOWS.map((flow, index) => (
        <Table.Summary.Cell key={flow} index={index + 1} align="right">
          <span className="code">{countText(sum(flow))}</span>
        </Table.Summary.Cell>
      ))}
    </Table.Summary.Row>
  );
}

function DayChart({ rows, asked: { period } }: { rows: readonly VolumeRow[]; asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const days = eachDay(period);
  const found = new Map(rows.map(({ key, volumes }) => [key, volumes]));
  const series = (["issued", "used", "refused"] as const).map((flow) => ({
    name: texts[flow],
    values: days.map((day) => Number(found.get(day)?.[flow] ?? 0n)),
  }));
  return <Chart label={`${texts.volumes}。${texts.numbers}`} data={{ names: days, series, unit: "" }} />;
}
