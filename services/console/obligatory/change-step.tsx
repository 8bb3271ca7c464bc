import type { TakenStep } from "../../../proto/gen/ecert/type/v1/procedure_pb.ts";
import { timeText } from "../format/dates.ts";
import { said } from "../text/texts.ts";
import { LIST_STEPS } from "./list-change-texts.ts";

/** What was done with a change, by whom and when, on one line; what the node did itself is nobody's. */
export function ChangeStep({ step }: { step: TakenStep | undefined }) {
  if (!step) return null;
  return (
    <>
      {said(LIST_STEPS[step.action] ?? [step.action, step.action])} · {step.name && `${step.name} · `}
      <span className="code">{timeText(step.at)}</span>
    </>
  );
}
