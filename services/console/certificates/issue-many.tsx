import { Button, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import { toldOf } from "../call/refusal.ts";
import { Scrolls } from "../list/scrolls.tsx";
import { type ShownState, StateMark } from "../shell/state-mark.tsx";
import { useLanguage } from "../text/language.ts";
import { useTexts } from "../text/texts.ts";
import { CertificateFace } from "./certificate-face.tsx";
import { CERTIFICATES } from "./certificate-texts.ts";
import type { Chosen } from "./issue-chosen.tsx";
import { IssueNotice } from "./issue-notice.tsx";
import { IssueProgress } from "./issue-progress.tsx";
import type { Outcome, ToIssue } from "./issue-run.ts";
import { ISSUE } from "./issue-texts.ts";
import { otherFaces, useShownFaces } from "./shown-faces.ts";
import { useIssuing } from "./use-issuing.ts";

/** Issues several certificates: one confirmation for all of them, then one after the other, each with what came of it. */
export function IssueMany() {
  const { rows = [] } = (useLocation().state ?? {}) as Partial<Chosen>;
  const texts = useTexts(ISSUE);
  const { list, name: title, number: numbered } = useTexts(CERTIFICATES);
  const issuing = useIssuing();
  const { shown, note } = useShownFaces();
  const [looked, look] = useState<ToIssue>();
  const { outcomes, step, busy } = issuing;
  const columns: ColumnsType<ToIssue> = [
    { title: texts.outcome, render: (_, { identifier }) => <Came outcome={outcomes.get(identifier)} /> },
    {
      title,
      render: (_, { identifier, name, holder }) => (
        <Link to={`/certificates/${encodeURIComponent(identifier)}`}>
          {name} · {holder}
        </Link>
      ),
    },
    { title: numbered, render: (_, { number }) => <span className="code wrap">{number}</span> },
    {
      title: texts.look,
      render: (_, row) => (
        <Button size="small" aria-label={texts.lookAt(`${row.name} · ${row.number}`)} onClick={() => look(row)}>
          {texts.look}
        </Button>
      ),
    },
  ];
  if (rows.length === 0) return <p>{texts.nothing}</p>;
  const isDone = rows.every(({ identifier }) => outcomes.get(identifier) === "issued");
  return (
    <>
      <h1>{texts.manyTitle(rows.length)}</h1>
      <p>{texts.manyHow}</p>
      <div className="actions">
        {!busy && !isDone && (
          <Button type="primary" onClick={() => issuing.begin(rows, { shown, allShown: false })}>
            {step.at === "idle" ? texts.begin : texts.goOn}
          </Button>
        )}
        {step.at === "issuing" && <Button onClick={issuing.stop}>{texts.pause}</Button>}
      </div>
      <IssueProgress rows={rows} issuing={issuing} />
      <IssueNotice issuing={issuing} shown={shown} />
      <div className="beside">
        <Scrolls label={list}>
          <Table<ToIssue>
            aria-label={list}
            size="middle"
            columns={columns}
            dataSource={rows}
            rowKey="identifier"
            pagination={false}
          />
        </Scrolls>
        {looked && (
          <CertificateFace key={looked.identifier} certificate={looked} shown={note} again={otherFaces(issuing)} />
        )}
      </div>
    </>
  );
}

const WAITING: ShownState = { text: ISSUE.notYet, shape: "◔", tone: "waiting" };
const UNDER_WAY: ShownState = { text: ISSUE.issuing, shape: "◌", tone: "waiting" };
const ISSUED: ShownState = { text: CERTIFICATES.issued, shape: "●", tone: "good" };
const REFUSED: ShownState = { text: ISSUE.notIssued, shape: "✕", tone: "bad" };

/** What came of a certificate; of one that was refused, why and what to do, and the call's number. */
function Came({ outcome }: { outcome: Outcome | undefined }) {
  const language = useLanguage();
  if (typeof outcome !== "object") {
    const state = outcome === "issued" ? ISSUED : WAITING;
    return <StateMark {...(outcome === "issuing" ? UNDER_WAY : state)} />;
  }
  const { text, fields, callId } = toldOf(outcome.error, language);
  return (
    <>
      <StateMark {...REFUSED} />
      <div>{[text, ...fields.map((field) => field.text)].join(" ")}</div>
      {callId !== "" && <small className="call-id">{callId}</small>}
    </>
  );
}
