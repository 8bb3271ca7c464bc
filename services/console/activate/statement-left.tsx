import { minutesText, useSecondsLeft } from "../format/use-seconds-left.ts";
import { useTexts } from "../text/texts.ts";
import { ACTIVATE } from "./activate-texts.ts";

/** How long a statement counts still, by the clock of this desk. It forbids nothing: by whose clock it ends, the node says. */
export function StatementLeft({ until }: { until: number }) {
  const texts = useTexts(ACTIVATE);
  const seconds = useSecondsLeft(until);
  if (seconds === 0) return <p role="alert">{texts.over}</p>;
  return (
    <span>
      {texts.left}{" "}
      <span role="timer" className="code">
        {minutesText(seconds)}
      </span>
    </span>
  );
}
