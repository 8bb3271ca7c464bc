import type { TakenStep } from "../../../proto/gen/ecert/type/v1/procedure_pb.ts";
import type { Procedure } from "../../domain/procedure.ts";
import { timeText } from "../format/dates.ts";
import { useTexts } from "../text/texts.ts";
import { CASES } from "./case-texts.ts";

/** The last step of a case, on one line of a list. */
export function LastStep({ steps, procedure }: { steps: readonly TakenStep[]; procedure: Procedure<string, string> }) {
  const { byNode } = useTexts(CASES);
  const last = steps.at(-1);
  if (!last) return null;
  return `${procedure.actions[last.action] ?? last.action} · ${last.name || byNode} · ${timeText(last.at)}`;
}
