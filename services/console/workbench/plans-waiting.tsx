import { useQuery } from "@connectrpc/connect-query";
import { PlanAction, PlanState } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { PLAN_EDIT } from "../plans/plan-texts.ts";
import { said, useTexts } from "../text/texts.ts";
import { LONGEST_FIRST, WaitingCases } from "./waiting-cases.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** Promotion plans that others have drawn up, for whoever may adopt them (6.2.5.1). */
export function PlansWaiting() {
  const texts = useTexts(WORKBENCH);
  const wanted = { state: PlanState.DRAFT, ...LONGEST_FIRST };
  const { data, error, refetch } = useQuery(PlanService.method.listPlans, wanted, { staleTime: 0 });
  return (
    <WaitingCases
      title={texts.plans}
      none={texts.noPlanWaits}
      all="/catalog/plans"
      asked={[{ data: data && { cases: data.plans, nextPageToken: data.nextPageToken }, error, refetch }]}
      waits={({ id, name, actions, steps }) => {
        if (!actions.includes(PlanAction.ADOPT)) return undefined;
        return {
          key: id,
          to: `/catalog/plans/${encodeURIComponent(id)}`,
          text: `${name} · ${said(PLAN_EDIT.adopt)}`,
          steps,
        };
      }}
    />
  );
}
