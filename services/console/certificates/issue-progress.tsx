import { secondsLeft } from "../../domain/time-left.ts";
import { useTexts } from "../text/texts.ts";
import type { ToIssue } from "./issue-run.ts";
import { ISSUE } from "./issue-texts.ts";
import type { Issuing } from "./use-issuing.ts";

/** How many are issued, how long the rest takes, and how many were refused. */
export function IssueProgress({ rows, issuing }: { rows: readonly ToIssue[]; issuing: Issuing }) {
  const texts = useTexts(ISSUE);
  const { step, outcomes, begunAt } = issuing;
  if (outcomes.size === 0) return null;
  const came = rows.map(({ identifier }) => outcomes.get(identifier));
  const done = came.filter((outcome) => outcome === "issued").length;
  const refused = came.filter((outcome) => typeof outcome === "object").length;
  const ended = done + refused;
  const left = secondsLeft(performance.now() - begunAt, ended, rows.length);
  return (
    <p role="status">
      <progress max={rows.length} value={done} aria-label={texts.progress(done, rows.length)} />{" "}
      {done === rows.length ? texts.allIssued : texts.progress(done, rows.length)}
      {step.at === "issuing" && left !== undefined && ` · ${texts.left(left)}`}
      {step.at === "done" && refused > 0 && ` · ${texts.refusedMany(refused)}`}
    </p>
  );
}
