import { Button } from "antd";
import { useEffect, useState } from "react";
import { instantOf } from "../../domain/instant.ts";
import { useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";

/** How long a usage code lasts still, and how to get another. It forbids nothing: by whose clock a code ends, the node says. */
export function Countdown({ expiresAt, again }: { expiresAt: string; again: () => void }) {
  const texts = useTexts(USE);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((instantOf(expiresAt) - now) / 1_000));
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
        {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")}
      </span>
    </p>
  );
}
