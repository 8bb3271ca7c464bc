import type { Procedure } from "../../domain/procedure.ts";
import { enumName } from "../format/enum-name.ts";
import type { ShownState } from "../shell/state-mark.tsx";
import { said } from "../text/texts.ts";

/** How states of one name look, in whatever procedure: what waits, what is good, what was sent back, what ended. */
const LOOKS: Readonly<Record<string, Pick<ShownState, "shape" | "tone"> & { english: string }>> = {
  draft: { english: "Draft", shape: "◌", tone: "waiting" },
  submitted: { english: "Submitted", shape: "◔", tone: "waiting" },
  returned: { english: "Returned", shape: "✕", tone: "bad" },
  accepted: { english: "Being set up", shape: "◑", tone: "waiting" },
  confirmed: { english: "Being carried out", shape: "◕", tone: "waiting" },
  setUp: { english: "Awaits activation", shape: "◕", tone: "waiting" },
  done: { english: "Done", shape: "●", tone: "good" },
  active: { english: "Entered", shape: "●", tone: "good" },
  withdrawn: { english: "Withdrawn", shape: "○", tone: "ended" },
};

/** How a state of a case is shown; `of` is the contract's enum. One that this page does not know bears its name. */
export function shownCaseState(procedure: Procedure<string, string>, of: object, state: number): ShownState {
  const name = enumName(of, state);
  const { english, shape, tone } = LOOKS[name] ?? { english: name, shape: "?", tone: "ended" };
  return { text: [procedure.states[name] ?? name, english], shape, tone };
}

/** All states of a procedure, for a filter. */
export function caseStates(procedure: Procedure<string, string>, of: Readonly<Record<string, string | number>>) {
  return Object.values(of).flatMap((value) => {
    if (typeof value !== "number" || procedure.states[enumName(of, value)] === undefined) return [];
    return [{ value: String(value), label: said(shownCaseState(procedure, of, value).text) }];
  });
}
