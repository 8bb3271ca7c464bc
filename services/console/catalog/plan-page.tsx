import { useQuery } from "@connectrpc/connect-query";
import { Link, useParams } from "react-router";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { PlanActions } from "../plans/plan-actions.tsx";
import { Reading } from "../shell/reading.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { PLANS } from "./list-texts.ts";
import { PlanDepartments } from "./plan-departments.tsx";
import { PlanGoals } from "./plan-goals.tsx";
import { shownPlanState } from "./states.ts";

const { getPlan, listPlanDepartments } = PlanService.method;

/** A plan with its progress today: as a whole, of each department how much is opened, done and late, and every goal. */
export function PlanPage() {
  const texts = useTexts(PLANS);
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(getPlan, { id });
  const whole = useQuery(listPlanDepartments, { id, pageSize: 1 }, { staleTime: 0 });
  return (
    <Reading of={data?.plan} error={error} again={refetch}>
      {(plan) => (
        <>
          <p>
            <Link to="/catalog/plans">{texts.back}</Link>
          </p>
          <div className="head">
            <h1>{plan.name}</h1>
            <StateMark {...shownPlanState(plan.state)} />
          </div>
          <PlanActions plan={plan} changed={() => refetch()} />
          <Reading of={whole.data} error={whole.error} again={whole.refetch}>
            {({ total, day, counted }) => (
              <>
                <section className="panel">
                  <h2>
                    {texts.progress} <span className="quiet">{texts.asOf(day)}</span>
                  </h2>
                  {total && (
                    <p>
                      {texts.total(total.goals, total.reached, total.late)}
                      {counted && texts.totalDone(total.done)}
                    </p>
                  )}
                  {!counted && <p className="quiet">{texts.notCounted}</p>}
                  <PlanDepartments id={id} counted={counted} />
                </section>
                <section className="panel">
                  <h2>{texts.goals}</h2>
                  <PlanGoals id={id} batches={plan.batches.length} counted={counted} />
                </section>
              </>
            )}
          </Reading>
        </>
      )}
    </Reading>
  );
}
