import { useQuery } from "@connectrpc/connect-query";
import { Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link, useParams } from "react-router";
import { type ListChange, ListLevel, type ListLine } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { Scrolls } from "../list/scrolls.tsx";
import { DepartmentName, DivisionName, ItemName, useDivisionName } from "../names/names.tsx";
import { Reading } from "../shell/reading.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { ChangeActions } from "./change-actions.tsx";
import { shownChangeState } from "./change-state.ts";
import { ChangeStep } from "./change-step.tsx";
import { LIST_CHANGES, LIST_LEVELS } from "./list-change-texts.ts";

/** One change of an obligatory list: what it says, who prepared it, and what its reader may do with it. */
export function ChangePage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(ListService.method.getListChange, { id }, { staleTime: 0 });
  return (
    <Reading of={data?.change} error={error} again={refetch}>
      {(change) => <Shown change={change} openSteps={data?.openSteps ?? []} changed={() => refetch()} />}
    </Reading>
  );
}

function Shown({ change, openSteps, changed }: { change: ListChange; openSteps: string[]; changed: () => unknown }) {
  const texts = useTexts(LIST_CHANGES);
  const division = useDivisionName(change.division);
  return (
    <>
      <p>
        <Link to="/catalog/list/changes">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>{texts.of(division)}</h1>
        <StateMark {...shownChangeState(change.state)} />
      </div>
      <ChangeActions change={change} openSteps={openSteps} changed={changed} />
      <section className="panel">
        <h2>{texts.lines}</h2>
        <Lines change={change} />
      </section>
      <section className="panel">
        <h2>{texts.steps}</h2>
        <ol className="waits" reversed>
          {change.steps.toReversed().map((step) => (
            <li key={`${step.action} ${step.at}`}>
              <ChangeStep step={step} />
              {step.remark && <div>“{step.remark}”</div>}
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Lines({ change }: { change: ListChange }) {
  const texts = useTexts(LIST_CHANGES);
  const columns: ColumnsType<ListLine> = [
    {
      title: texts.item,
      render: (_, { itemCode }) => (
        <>
          <ItemName code={itemCode} /> <span className="code quiet">{itemCode}</span>
        </>
      ),
    },
    { title: texts.what, render: (_, { end }) => (end ? texts.ends : texts.put) },
    {
      title: texts.target,
      render: (_, { target }) => (
        <>
          <DivisionName code={target} /> <span className="code quiet">{target}</span>
        </>
      ),
    },
    { title: texts.levels, render: (_, { levels }) => levels.map(levelText).join("、") },
    {
      title: texts.departments,
      render: (_, { departments }) => departments.map((code) => <DepartmentName key={code} code={code} />),
    },
    { title: texts.from, render: (_, { from }) => <span className="code">{from}</span> },
    { title: texts.until, render: (_, { until }) => <span className="code">{until}</span> },
  ];
  return (
    <Scrolls label={texts.lines}>
      <Table<ListLine>
        aria-label={texts.lines}
        size="middle"
        columns={columns}
        dataSource={change.lines}
        rowKey={({ itemCode, target, levels, from, until }) => `${itemCode} ${target} ${levels} ${from} ${until}`}
        pagination={change.lines.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
      />
    </Scrolls>
  );
}

function levelText(level: ListLevel): string {
  const [name = ""] = Object.entries(ListLevel).find(([, value]) => value === level) ?? [];
  return said(LIST_LEVELS[`LIST_LEVEL_${name}`] ?? [String(level), String(level)]);
}
