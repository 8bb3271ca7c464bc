import { Button } from "antd";
import { instantOf } from "../../domain/instant.ts";
import { minutesText, useSecondsLeft } from "../format/use-seconds-left.ts";
import { useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";

/** How long a usage code lasts still, and how to get another. It forbids nothing: by whose clock a code ends, the node says. */
export function Countdown({ expiresAt, again }: { expiresAt: string; again: () => void }) {
  const texts = useTexts(USE);
  const seconds = useSecondsLeft(instantOf(expiresAt));
  if (seconds === 0)
    return (
      <p role="status" className="code-over">
        {texts.codeOver}
        <Button onClick={again}>{texts.codeAgain}</Button>
      </p>
    );
  return (
    <p className={seconds <= 60 ? "code-left soon" : "code-left"}>
      {texts.codeLeft}{" "}
      <span role="timer" className="code">
        {minutesText(seconds)}
      </span>
    </p>
  );
}
