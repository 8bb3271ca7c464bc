import type { ColumnsType } from "antd/es/table";
import { type PlanGoal, PlanGoalChoice, PlanGoalKind } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DepartmentName, ItemName } from "../names/names.tsx";
import { useTexts } from "../text/texts.ts";
import { PLANS } from "./list-texts.ts";

const CHOICES: Readonly<Record<string, PlanGoalChoice>> = { open: PlanGoalChoice.OPEN, late: PlanGoalChoice.LATE };

/** Every goal of a plan and how it stands today. `counted`: what was really done is known as well. */
export function PlanGoals({ id, batches, counted }: { id: string; batches: number; counted: boolean }) {
  const texts = useTexts(PLANS);
  const filters = useFilters(undefined, "goals");
  const request = {
    id,
    search: filters.get("search"),
    batch: batchIn(filters.get("batch"), batches),
    choice: CHOICES[filters.get("choice")] ?? PlanGoalChoice.UNSPECIFIED,
  };
  return (
    <>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findGoal} />
        <ChooseFilter
          filters={filters}
          name="batch"
          label={texts.batch}
          options={Array.from({ length: batches }, (_, index) => ({
            value: String(index + 1),
            label: texts.batchNumber(index + 1),
          }))}
        />
        <ChooseFilter
          filters={filters}
          name="choice"
          label={texts.state}
          options={[
            { value: "open", label: texts.notReached },
            { value: "late", label: texts.late },
          ]}
        />
      </search>
      <RecordList
        method={PlanService.method.listPlanGoals}
        request={request}
        rowsOf={({ goals }) => goals}
        keyOf={({ batch, kind, code, departmentCode }) => `${batch} ${kind} ${code} ${departmentCode}`}
        columns={useColumns(counted)}
        label={texts.goals}
        empty={texts.noGoals}
        filters={filters}
      />
    </>
  );
}

function useColumns(counted: boolean): ColumnsType<PlanGoal> {
  const texts = useTexts(PLANS);
  const day = (key: string, title: string, dayOf: (goal: PlanGoal) => string) => ({
    key,
    title,
    render: (_: unknown, goal: PlanGoal) => <span className="code">{dayOf(goal)}</span>,
  });
  return [
    {
      key: "code",
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
    {
      key: "department_code",
      title: texts.department,
      render: (_, { departmentCode }) => <DepartmentName code={departmentCode} />,
    },
    { title: texts.batch, align: "right", render: (_, { batch }) => batch },
    day("due_on", texts.due, ({ dueOn }) => dueOn),
    day("since", texts.since, ({ since }) => since),
    {
      key: "days_late",
      title: texts.state,
      render: (_, { daysLate }) => (daysLate > 0 ? texts.daysLate(daysLate) : ""),
    },
    ...(counted ? [day("done_since", texts.done, ({ doneSince }) => doneSince)] : []),
  ];
}

/** The batch that an address asks for; 0 where the plan has none such. */
function batchIn(text: string, batches: number): number {
  const number = Number(text);
  return Number.isInteger(number) && number >= 1 && number <= batches ? number : 0;
}
