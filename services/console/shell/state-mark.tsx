import { type Both, said } from "../text/texts.ts";
import "./state-mark.css";

/** A state: a shape, a word and a colour, so that none of them is needed to tell it. */
export function StateMark({
  text,
  shape,
  tone,
}: {
  text: Both;
  shape: string;
  tone: "good" | "waiting" | "bad" | "ended";
}) {
  return (
    <span className={`state ${tone}`}>
      <span aria-hidden="true">{shape}</span> {said(text)}
    </span>
  );
}
