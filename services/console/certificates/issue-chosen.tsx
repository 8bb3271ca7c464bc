import { Button } from "antd";
import { useNavigate } from "react-router";
import type { Certificate } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { useTexts } from "../text/texts.ts";
import { type ToIssue, toIssue } from "./issue-run.ts";
import { ISSUE } from "./issue-texts.ts";

/** Orders that one confirmation may be over (contract of PrepareConfirmation). */
const MOST = 200;

/** What the page for several certificates is opened with: it stands in the browser's history, so that a reload finds it again. */
export interface Chosen {
  readonly rows: readonly ToIssue[];
}

/** Leads from a list to the page on which those that were chosen are issued together. */
export function IssueChosen({ chosen }: { chosen: readonly Certificate[] }) {
  const texts = useTexts(ISSUE);
  const navigate = useNavigate();
  const isTooMany = chosen.length > MOST;
  return (
    <div className="actions">
      <Button
        type={chosen.length > 0 ? "primary" : "default"}
        disabled={chosen.length === 0 || isTooMany}
        onClick={() => navigate("issue", { state: { rows: chosen.map(toIssue) } satisfies Chosen })}
      >
        {texts.issueChosen}
      </Button>
      <span role="status" className="quiet">
        {texts.chosen(chosen.length)}
        {isTooMany && ` · ${texts.most(MOST)}`}
      </span>
    </div>
  );
}
