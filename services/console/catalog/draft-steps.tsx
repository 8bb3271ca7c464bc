import type { ItemDraftStep } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import {
  DRAFT_ACTIONS,
  type DraftAction,
  type DraftState,
  isOnward,
  itemProcedure,
} from "../../domain/item-procedure.ts";
import { ROLES } from "../../domain/role.ts";
import { timeText } from "../format/dates.ts";
import { type Both, said, useTexts } from "../text/texts.ts";
import { DRAFT } from "./draft-texts.ts";

/** A step as people call it. */
export function actionText(action: string): Both {
  return [DRAFT_ACTIONS[action as DraftAction] ?? action, action];
}

/** What was done last, by whom and when, on one line. */
export function StepLine({ step }: { step: ItemDraftStep | undefined }) {
  const taken = step?.step;
  if (!taken) return null;
  return (
    <>
      {said(actionText(taken.action))} · {taken.name} · <span className="code">{timeText(taken.at)}</span>
    </>
  );
}

/** All steps that were taken, the newest first, with what was said and how much each changed. */
export function TakenSteps({ steps }: { steps: readonly ItemDraftStep[] }) {
  const texts = useTexts(DRAFT);
  return (
    <section className="panel">
      <h2>{texts.steps}</h2>
      <ol className="steps" reversed>
        {steps.toReversed().map((step, index) => {
          const changed = step.differences.length + step.moreDifferences;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are never taken out
            <li key={steps.length - index}>
              <StepLine step={step} />
              {changed > 0 && <span className="quiet"> · {texts.places(changed)}</span>}
              {step.step?.remark && (
                <div>
                  <q>{step.step.remark}</q>
                </div>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** What comes next, and whose it is, as the procedure of a draft's division has it. */
export function NextStep({ state, division }: { state: DraftState; division: string }) {
  const texts = useTexts(DRAFT);
  const rule = itemProcedure(division).steps.find(({ action, from }) => isOnward(action) && from.includes(state));
  if (!rule) return null;
  const sides = { department: texts.department_, body: texts.body, top: texts.top };
  const roles = rule.roles.map((role) => ROLES[role].chinese).join("或");
  return (
    <p className="next-step">{texts.next(said(actionText(rule.action)), texts.ofSide(sides[rule.side], roles))}</p>
  );
}
