import type { ColumnsType } from "antd/es/table";
import { type MatterImportRow, MatterRowOutcome } from "../../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { ChooseFilter } from "../../list/choose-filter.tsx";
import { useFilters } from "../../list/filters.ts";
import { RecordList } from "../../list/record-list.tsx";
import { SearchFilter } from "../../list/search-filter.tsx";
import { type ShownState, StateMark } from "../../shell/state-mark.tsx";
import { said, useTexts } from "../../text/texts.ts";
import { IMPORTED, MEMBERS } from "./matter-texts.ts";

const OUTCOMES: Readonly<Record<number, ShownState>> = {
  [MatterRowOutcome.FAULTY]: { text: ["有误", "Faulty"], shape: "✕", tone: "bad" },
  [MatterRowOutcome.ADDED]: { text: ["新增", "Added"], shape: "＋", tone: "good" },
  [MatterRowOutcome.CHANGED]: { text: ["修改", "Changed"], shape: "∼", tone: "waiting" },
  [MatterRowOutcome.ENDED]: { text: ["终止", "Ended"], shape: "−", tone: "ended" },
  [MatterRowOutcome.UNCHANGED]: { text: ["无变化", "As it is"], shape: "＝", tone: "ended" },
};

/** The rows of a previewed file: what each does, member by member, and everything that is wrong with it. `previewed`: of which preview. */
export function ImportRows({ id, previewed }: { id: string; previewed: string }) {
  const texts = useTexts(IMPORTED);
  const filters = useFilters();
  const outcome = Number(filters.get("outcome")) as MatterRowOutcome;
  const columns: ColumnsType<MatterImportRow> = [
    { key: "row", title: texts.row, align: "right", render: (_, { row }) => (row === 0n ? "" : String(row)) },
    { title: texts.outcome, render: (_, row) => <RowOutcome outcome={row.outcome} /> },
    { key: "code", title: texts.code, render: (_, { code }) => <span className="code">{code}</span> },
    { key: "name", title: texts.name, dataIndex: "name" },
    { title: texts.details, render: (_, row) => <Details row={row} /> },
  ];
  return (
    <section aria-label={texts.rows}>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <ChooseFilter
          filters={filters}
          name="outcome"
          label={texts.outcome}
          options={Object.entries(OUTCOMES).map(([value, { text }]) => ({ value, label: said(text) }))}
        />
      </search>
      <RecordList
        key={previewed}
        method={MatterService.method.listMatterImportRows}
        request={{ importId: id, outcomes: outcome ? [outcome] : [], search: filters.get("search") }}
        rowsOf={({ rows }) => rows}
        keyOf={({ row, code }) => `${row} ${code}`}
        columns={columns}
        label={texts.rows}
        empty={texts.noRows}
        filters={filters}
      />
    </section>
  );
}

function RowOutcome({ outcome }: { outcome: MatterRowOutcome }) {
  const shown = OUTCOMES[outcome];
  return shown ? <StateMark {...shown} /> : outcome;
}

function Details({ row: { changes, faults } }: { row: MatterImportRow }) {
  const texts = useTexts(IMPORTED);
  return (
    <>
      {faults.map(({ column, localized, description, remedy }) => (
        <div key={`${column} ${description}`}>
          {column && `${column}：`}
          {said([localized, `${description}: ${remedy}`])}
        </div>
      ))}
      {changes.map(({ member, before, after }) => (
        <div key={member}>{texts.change(said(MEMBERS[member] ?? [member, member]), before, after)}</div>
      ))}
    </>
  );
}
