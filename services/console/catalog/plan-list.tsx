import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { Plan } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DivisionName } from "../names/names.tsx";
import { PLAN_EDIT } from "../plans/plan-texts.ts";
import { mayCall } from "../shell/allowed.ts";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { PLANS } from "./list-texts.ts";
import { shownPlanState } from "./states.ts";

/** Promotion plans within reach (实施推广计划, 6.2.5). */
export function PlanList() {
  const texts = { ...useTexts(PLANS), ...useTexts(PLAN_EDIT) };
  const { roles } = useWho();
  const filters = useFilters();
  const columns: ColumnsType<Plan> = [
    {
      key: "name",
      title: texts.name,
      render: (_, { id, name }) => <Link to={`/catalog/plans/${encodeURIComponent(id)}`}>{name}</Link>,
    },
    {
      key: "division",
      title: texts.division,
      render: (_, { division }) => (
        <>
          <DivisionName code={division} /> <span className="code quiet">{division}</span>
        </>
      ),
    },
    { title: texts.state, render: (_, { state }) => <StateMark {...shownPlanState(state)} /> },
    { title: texts.batches, align: "right", render: (_, { batches }) => batches.length },
    {
      key: "last_step",
      title: texts.last,
      render: (_, { steps }) => `${steps.at(-1)?.name ?? ""} ${timeText(steps.at(-1)?.at ?? "")}`,
    },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, PlanService.method.putPlan) && (
          <Link className="primary" to="new">
            {texts.begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
      </search>
      <RecordList
        method={PlanService.method.listPlans}
        request={{ search: filters.get("search") }}
        rowsOf={({ plans }) => plans}
        keyOf={({ id }) => id}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}
