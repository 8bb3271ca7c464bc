import type { TakenStep } from "../../../proto/gen/ecert/type/v1/procedure_pb.ts";
import type { Procedure } from "../../domain/procedure.ts";
import { timeText } from "../format/dates.ts";
import { useTexts } from "../text/texts.ts";
import { CASES } from "./case-texts.ts";

/** The steps that a case has taken, the newest first: who, when, and what was said. */
export function StepList({ steps, procedure }: { steps: readonly TakenStep[]; procedure: Procedure<string, string> }) {
  const texts = useTexts(CASES);
  return (
    <section className="panel">
      <h2>{texts.steps}</h2>
      <ol className="waits" reversed>
        {steps.toReversed().map(({ action, name, at, remark }) => (
          <li key={`${action} ${at}`}>
            {procedure.actions[action] ?? action} · {name || texts.byNode} ·{" "}
            <span className="code">{timeText(at)}</span>
            {remark && <div>“{remark}”</div>}
          </li>
        ))}
      </ol>
    </section>
  );
}
