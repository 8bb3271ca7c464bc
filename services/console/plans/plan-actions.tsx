import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { type Plan, PlanAction, PlanState } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { StepButtons } from "../cases/step-buttons.tsx";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { BatchToList } from "./batch-to-list.tsx";
import { PLAN_EDIT } from "./plan-texts.ts";

const { putPlan, prepareBatchList } = PlanService.method;

/** What its reader may do with a plan: adopt what another person has drawn up, end it, put a batch on the obligatory list (6.2.5.1). */
export function PlanActions({ plan, changed }: { plan: Plan; changed: () => unknown }) {
  const texts = useTexts(PLAN_EDIT);
  const { roles } = useWho();
  const plans = createClient(PlanService, useTransport());
  const { id, name, revision, actions, state, batches } = plan;
  const called = { [PlanAction.ADOPT]: texts.adopt, [PlanAction.END]: texts.end } as Record<number, string>;
  const draft = state === PlanState.DRAFT;
  return (
    <div className="actions">
      <StepButtons
        actions={actions}
        isOnward={(action) => action === PlanAction.ADOPT}
        textOf={(action) => called[action] ?? ""}
        take={(action, remark) => plans.takePlanStep({ id, action, remark, revision })}
        of={name}
        remarkHow={texts.remarkHow}
        changed={changed}
      />
      {draft && mayCall(roles, putPlan) && <Link to="edit">{texts.edit}</Link>}
      {draft && !actions.includes(PlanAction.ADOPT) && <p className="quiet">{texts.another}</p>}
      {state === PlanState.ADOPTED &&
        batches
          .filter(({ items }) => items.length > 0)
          .map(({ number, listChange }) =>
            listChange ? (
              <Link key={number} to={`/catalog/list/changes/${encodeURIComponent(listChange)}`}>
                {texts.listed(number)}
              </Link>
            ) : (
              mayCall(roles, prepareBatchList) && <BatchToList key={number} plan={id} batch={number} />
            ),
          )}
    </div>
  );
}
