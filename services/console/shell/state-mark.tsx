import { type Both, said } from "../text/texts.ts";
import "./state-mark.css";

/** How a state is shown: a word, a shape and, beside them, a colour. */
export interface ShownState {
  readonly text: Both;
  readonly shape: string;
  readonly tone: "good" | "waiting" | "bad" | "ended";
}

/** A state: a shape, a word and a colour, so that none of them is needed to tell it. */
export function StateMark({ text, shape, tone }: ShownState) {
  return (
    <span className={`state ${tone}`}>
      <span aria-hidden="true">{shape}</span> {said(text)}
    </span>
  );
}
