import type { ColumnsType } from "antd/es/table";
import type { PlanTally } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DepartmentName } from "../names/names.tsx";
import { useTexts } from "../text/texts.ts";
import { PLANS } from "./list-texts.ts";

/** How far each department of a plan is today. `counted`: what was really done is known as well. */
export function PlanDepartments({ id, counted }: { id: string; counted: boolean }) {
  const texts = useTexts(PLANS);
  const filters = useFilters(undefined, "departments");
  const number = (key: "goals" | "reached" | "late" | "done", title: string) => ({
    key,
    title,
    align: "right" as const,
    render: (_: unknown, tally: PlanTally) => tally[key],
  });
  const columns: ColumnsType<PlanTally> = [
    {
      key: "department_code",
      title: texts.department,
      render: (_, { departmentCode }) => <DepartmentName code={departmentCode} />,
    },
    number("goals", texts.goals),
    number("reached", texts.reached),
    number("late", texts.late),
    ...(counted ? [number("done", texts.done)] : []),
  ];
  return (
    <>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findDepartment} />
      </search>
      <RecordList
        method={PlanService.method.listPlanDepartments}
        request={{ id, search: filters.get("search") }}
        rowsOf={({ departments }) => departments}
        keyOf={({ departmentCode }) => departmentCode}
        columns={columns}
        label={texts.progress}
        empty={texts.noGoals}
        filters={filters}
      />
    </>
  );
}
