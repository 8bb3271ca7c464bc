import { useQuery } from "@connectrpc/connect-query";
import { Table } from "antd";
import { Link, useParams } from "react-router";
import { type PlanGoal, PlanGoalKind, type PlanTally } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import { type GetPlanProgressResponse, PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { DepartmentName, ItemName } from "../names/names.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { PLANS } from "./list-texts.ts";
import { shownPlanState } from "./states.ts";

const { getPlan, getPlanProgress } = PlanService.method;

/** A plan with its progress today: of each department how much is opened, done and late, and every goal. */
export function PlanPage() {
  const texts = useTexts(PLANS);
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(getPlan, { id });
  const progress = useQuery(getPlanProgress, { id }, { staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.plan) return <Waiting />;
  return (
    <>
      <p>
        <Link to="/catalog/plans">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>{data.plan.name}</h1>
        <StateMark {...shownPlanState(data.plan.state)} />
      </div>
      {progress.error && <RefusalNotice error={progress.error} retry={() => progress.refetch()} />}
      {progress.data ? <Progress told={progress.data} /> : !progress.error && <Waiting />}
    </>
  );
}

function Progress({ told }: { told: GetPlanProgressResponse }) {
  const texts = useTexts(PLANS);
  const { total, departments, goals, day, counted } = told;
  const tallies = [...(total ? [total] : []), ...departments];
  return (
    <>
      <section className="panel">
        <h2>
          {texts.progress} <span className="quiet">{texts.asOf(day)}</span>
        </h2>
        {!counted && <p className="quiet">{texts.notCounted}</p>}
        <Table<PlanTally>
          aria-label={texts.progress}
          size="middle"
          pagination={false}
          scroll={{ x: "max-content" }}
          rowKey={({ departmentCode }) => departmentCode}
          dataSource={tallies}
          columns={[
            {
              title: texts.department,
              render: (_, { departmentCode }) =>
                departmentCode === "" ? <strong>{texts.all}</strong> : <DepartmentName code={departmentCode} />,
            },
            { title: texts.goals, align: "right", render: (_, one) => one.goals },
            { title: texts.reached, align: "right", render: (_, { reached }) => reached },
            { title: texts.late, align: "right", render: (_, { late }) => late },
            ...(counted
              ? [{ title: texts.done, align: "right" as const, render: (_: unknown, one: PlanTally) => one.done }]
              : []),
          ]}
        />
      </section>
      <section className="panel">
        <h2>{texts.goals}</h2>
        <Table<PlanGoal>
          aria-label={texts.goals}
          size="middle"
          pagination={goals.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
          scroll={{ x: "max-content" }}
          rowKey={({ batch, kind, code, departmentCode }) => `${batch} ${kind} ${code} ${departmentCode}`}
          dataSource={goals}
          columns={[
            {
              title: texts.target,
              render: (_, { kind, code }) =>
                kind === PlanGoalKind.ISSUE ? (
                  <>
                    {texts.issue} · <ItemName code={code} />
                  </>
                ) : (
                  `${texts.use} · ${code}`
                ),
            },
            { title: texts.department, render: (_, { departmentCode }) => <DepartmentName code={departmentCode} /> },
            { title: texts.batch, align: "right", render: (_, { batch }) => batch },
            { title: texts.due, render: (_, { dueOn }) => <span className="code">{dueOn}</span> },
            { title: texts.since, render: (_, { since }) => <span className="code">{since}</span> },
            {
              title: texts.state,
              render: (_, { daysLate }) => (daysLate > 0 ? texts.daysLate(daysLate) : ""),
            },
            ...(counted
              ? [
                  {
                    title: texts.done,
                    render: (_: unknown, { doneSince }: PlanGoal) => <span className="code">{doneSince}</span>,
                  },
                ]
              : []),
          ]}
        />
      </section>
    </>
  );
}
