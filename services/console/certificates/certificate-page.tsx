import { useQuery } from "@connectrpc/connect-query";
import { Descriptions } from "antd";
import { Link, useParams } from "react-router";
import { type Certificate, CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { AuditService } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { agoText, timeText } from "../format/dates.ts";
import { mayCall } from "../shell/allowed.ts";
import { Reading } from "../shell/reading.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { said, useTexts } from "../text/texts.ts";
import { CertificateActions } from "./certificate-actions.tsx";
import { CertificateFace } from "./certificate-face.tsx";
import { CERTIFICATES } from "./certificate-texts.ts";
import { HolderCode } from "./holder-code.tsx";
import { IssueNotice } from "./issue-notice.tsx";
import { LastFault } from "./last-fault.tsx";
import { otherFaces, useShownFaces } from "./shown-faces.ts";
import { shownState } from "./state.ts";
import { useIssuing } from "./use-issuing.ts";

/** One certificate: its face, what is known of it, and what may be done with it now. */
export function CertificatePage() {
  const { identifier = "" } = useParams();
  const { data, error, refetch } = useQuery(IssueService.method.getCertificate, { identifier });
  return (
    <Reading of={data?.certificate} error={error} again={refetch}>
      {(certificate) => <Shown key={identifier} certificate={certificate} changed={() => refetch()} />}
    </Reading>
  );
}

function Shown({ certificate, changed }: { certificate: Certificate; changed: () => unknown }) {
  const texts = useTexts(CERTIFICATES);
  const { roles } = useWho();
  const { name, state, stateSince, stateCause, holders, number, identifier, businessSerial } = certificate;
  const { issueDate, validFrom, validTo, madeBy, issuedBy, replaces, replacedBy, replaceCause, lastFault } =
    certificate;
  const waits = state === CertificateState.MADE;
  const issuing = useIssuing(changed);
  const { shown, note } = useShownFaces();
  return (
    <>
      <p>
        <Link to="/certificates">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>
          {name} · {holders.map((holder) => holder.name).join("、")}
        </h1>
        <StateMark {...shownState(state)} />
        {mayCall(roles, AuditService.method.getLife) && (
          <Link to={`/audit/life/${encodeURIComponent(identifier)}`}>{texts.life}</Link>
        )}
        {waits && <span className="quiet">{texts.waits(said(agoText(stateSince, new Date())))}</span>}
      </div>
      <CertificateActions certificate={certificate} changed={changed} issuing={issuing} shown={shown} />
      <IssueNotice issuing={issuing} shown={shown} />
      {/* Of a try on this page the notice above tells. */}
      {lastFault && issuing.step.at === "idle" && <LastFault fault={lastFault} />}
      <div className="beside">
        <CertificateFace certificate={certificate} shown={note} again={otherFaces(issuing)} />
        <Descriptions
          column={1}
          size="small"
          className="panel"
          items={[
            { label: texts.number, children: <span className="code">{number}</span> },
            { label: texts.identifier, children: <span className="code wrap">{identifier}</span> },
            { label: texts.serial, children: <span className="code wrap">{businessSerial}</span> },
            ...holders.map((holder) => ({
              label: texts.holderCode,
              children: <HolderCode identifier={identifier} holder={holder} />,
            })),
            { label: texts.issueDate, children: issueDate },
            { label: texts.validity, children: `${validFrom || issueDate} – ${validTo || texts.withoutEnd}` },
            { label: texts.since, children: timeText(stateSince) },
            ...(stateCause ? [{ label: texts.stateCause, children: stateCause }] : []),
            ...(madeBy ? [{ label: texts.madeBy, children: madeBy.name }] : []),
            ...(issuedBy ? [{ label: texts.issuedBy, children: issuedBy.name }] : []),
            ...(replaces ? [{ label: texts.replaces, children: <Other identifier={replaces} /> }] : []),
            ...(replaceCause ? [{ label: texts.replaceCause, children: replaceCause }] : []),
            ...(replacedBy ? [{ label: texts.replacedBy, children: <Successor identifier={replacedBy} /> }] : []),
          ]}
        />
      </div>
    </>
  );
}

/** The one that came after, and why: the reason stands there, and nowhere else. */
function Successor({ identifier }: { identifier: string }) {
  const texts = useTexts(CERTIFICATES);
  const { data } = useQuery(IssueService.method.getCertificate, { identifier });
  const cause = data?.certificate?.replaceCause;
  return (
    <>
      <Other identifier={identifier} />
      {cause && (
        <div>
          {texts.replaceCause}：{cause}
        </div>
      )}
    </>
  );
}

function Other({ identifier }: { identifier: string }) {
  return (
    <Link className="code wrap" to={`/certificates/${encodeURIComponent(identifier)}`}>
      {identifier}
    </Link>
  );
}
