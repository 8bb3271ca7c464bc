import { instantOf } from "../../domain/instant.ts";
import { timeText } from "../format/dates.ts";
import { StateMark } from "../shell/state-mark.tsx";
import { PEOPLE } from "./people-texts.ts";

const DAY_MS = 86_400_000;
/** Days ahead from which an end is to be seen (as the node warns: 30 and 7 days). */
const SOON = 30;

/** When something ends, and how soon, where that is soon. */
export function DaysLeft({ ends, now }: { ends: string; now: Date }) {
  const days = Math.floor((instantOf(ends) - now.getTime()) / DAY_MS);
  return (
    <>
      <span className="code">{timeText(ends)}</span>{" "}
      {days < 0 && <StateMark text={PEOPLE.expired} shape="✕" tone="bad" />}
      {days >= 0 && days < SOON && (
        <StateMark text={days === 0 ? PEOPLE.endsToday : PEOPLE.endsIn(days)} shape="◔" tone="waiting" />
      )}
    </>
  );
}
