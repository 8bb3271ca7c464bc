import { Select, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { VolumeGroup, type VolumeRow, type Volumes } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { FLOWS } from "../../domain/volumes.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { useTexts } from "../text/texts.ts";
import type { Asked } from "./asked.ts";
import { DayChart } from "./day-chart.tsx";
import { countText } from "./figures.ts";
import { LackingNotice } from "./lacking.tsx";
import { SUPERVISION } from "./supervision-texts.ts";
import { VolumeKey } from "./volume-key.tsx";

/** What the contract calls the order of each number. */
const ORDERS = { issued: "issued", issuedInTime: "issued_in_time", used: "used", refused: "refused" } as const;

/**
 * How much was issued, used and refused in the period: by day drawn too, the newest first, otherwise the most first. Each key leads to what it is made of; the filters of
 * the page narrow it, its order stands in the address under a name of its own, since the ranking of the same page has one too.
 */
export function VolumesShown({ asked }: { asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const order = useFilters(undefined, "volumes");
  const { period, division, departmentCode, itemCode, matterCode, group, filters } = asked;
  const byDay = group === VolumeGroup.DAY;
  const orderBy = byDay ? "-key" : "-total";
  const request = { period, division, departmentCode, itemCode, matterCode, group, orderBy };
  const columns: ColumnsType<VolumeRow> = [
    // Names of departments, kinds and matters are no part of what is counted: only days are in an order that one sees.
    { ...(byDay && { key: "key" }), title: texts.key, render: (_, row) => <VolumeKey row={row} asked={asked} /> },
    ...FLOWS.map((flow) => ({
      key: ORDERS[flow],
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
            { value: VolumeGroup.DIVISION, label: texts.byDivision },
            { value: VolumeGroup.ACTION, label: texts.byAction },
          ]}
        />
      </div>
      {byDay && <DayChart asked={asked} />}
      <RecordList
        // Rows of another question would stand under keys of this one until its answer comes.
        key={JSON.stringify(request)}
        method={SupervisionService.method.getVolumes}
        request={request}
        rowsOf={({ rows }) => rows}
        keyOf={({ key }) => key}
        columns={columns}
        label={texts.volumes}
        empty={texts.noVolumes}
        filters={order}
        aboveOf={({ filling, silent, knownSince }) => <LackingNotice {...{ filling, silent, knownSince }} />}
        summaryOf={({ rows, total }) => total && rows.length > 0 && <Total volumes={total} />}
      />
    </section>
  );
}

/** All rows added up, those of other pages too. */
function Total({ volumes }: { volumes: Volumes }) {
  const texts = useTexts(SUPERVISION);
  return (
    <Table.Summary.Row>
      <Table.Summary.Cell index={0}>{texts.total}</Table.Summary.Cell>
      {FLOWS.map((flow, index) => (
        <Table.Summary.Cell key={flow} index={index + 1} align="right">
          <span className="code">{countText(volumes[flow])}</span>
        </Table.Summary.Cell>
      ))}
    </Table.Summary.Row>
  );
}
