import type { Procedure, StepRule } from "../../domain/procedure.ts";
import { ROLES } from "../../domain/role.ts";
import { useTexts } from "../text/texts.ts";
import { CASES } from "./case-texts.ts";

/** Who takes a case further from where it stands, and who may not since it needs a second person: as the procedure says. */
export function NextSteps({ procedure, state }: { procedure: Procedure<string, string>; state: string }) {
  const texts = useTexts(CASES);
  const { actions, steps } = procedure;
  // What is sent back or ended is no next step.
  const onward = steps.filter(({ from, needsRemark }) => from.includes(state) && !needsRemark);
  if (onward.length === 0) return null;
  const told = ({ action, side, roles, unlike }: StepRule<string, string>) => {
    const who = roles.map((role) => ROLES[role].chinese).join("、");
    const without = unlike.map((step) => actions[step] ?? step).join("、");
    return `${texts.nextBy(actions[action] ?? action, texts[side], who)}${without && texts.notBy(without)}`;
  };
  return (
    <p className="next-step">
      {texts.next} · {onward.map(told).join("；")}
    </p>
  );
}
