import { useQuery } from "@connectrpc/connect-query";
import { Descriptions } from "antd";
import { Link, useParams } from "react-router";
import { type Certificate, CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { FaceView } from "../face/face-view.tsx";
import { agoText, timeText } from "../format/dates.ts";
import { mayCall } from "../shell/allowed.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { said, useTexts } from "../text/texts.ts";
import { CertificateActions } from "./certificate-actions.tsx";
import { CERTIFICATES } from "./certificate-texts.ts";
import { HolderCode } from "./holder-code.tsx";
import { shownState } from "./state.ts";

const { getCertificate: GetCertificate, getFace: GetFace } = IssueService.method;

/** One certificate: its face, what is known of it, and what may be done with it now. */
export function CertificatePage() {
  const { identifier = "" } = useParams();
  const { data, error, refetch } = useQuery(GetCertificate, { identifier });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.certificate) return <Waiting />;
  return <Shown certificate={data.certificate} changed={() => refetch()} />;
}

function Shown({ certificate, changed }: { certificate: Certificate; changed: () => unknown }) {
  const texts = useTexts(CERTIFICATES);
  const { name, state, stateSince, stateCause, holders, number, identifier, businessSerial } = certificate;
  const { issueDate, validFrom, validTo, madeBy, issuedBy, replaces, replacedBy } = certificate;
  const waits = state === CertificateState.MADE;
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
        {waits && <span className="quiet">{texts.waits(said(agoText(stateSince, new Date())))}</span>}
      </div>
      <CertificateActions certificate={certificate} changed={changed} />
      <div className="beside">
        <Face certificate={certificate} />
        <Descriptions
          column={1}
          size="small"
          className="panel"
          items={[
            { label: texts.number, children: <span className="code">{number}</span> },
            { label: texts.identifier, children: <span className="code wrap">{identifier}</span> },
            { label: texts.serial, children: <span className="code wrap">{businessSerial}</span> },
            ...holders.map((holder) => ({ label: texts.holderCode, children: <HolderCode holder={holder} /> })),
            { label: texts.issueDate, children: issueDate },
            { label: texts.validity, children: `${validFrom || issueDate} – ${validTo || texts.withoutEnd}` },
            { label: texts.since, children: timeText(stateSince) },
            ...(stateCause ? [{ label: texts.stateCause, children: stateCause }] : []),
            ...(madeBy ? [{ label: texts.madeBy, children: madeBy.name }] : []),
            ...(issuedBy ? [{ label: texts.issuedBy, children: issuedBy.name }] : []),
            ...(replaces ? [{ label: texts.replaces, children: <Other identifier={replaces} /> }] : []),
            ...(replacedBy ? [{ label: texts.replacedBy, children: <Other identifier={replacedBy} /> }] : []),
          ]}
        />
      </div>
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

function Face({ certificate: { identifier, state, name } }: { certificate: Certificate }) {
  const texts = useTexts(CERTIFICATES);
  const { roles } = useWho();
  const mayLook = mayCall(roles, GetFace);
  const isThere = mayLook && state !== CertificateState.MAKING && state !== CertificateState.DISCARDED;
  const { data, error, refetch } = useQuery(GetFace, { identifier }, { enabled: isThere });
  if (!isThere) return null;
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.file) return <Waiting />;
  return <FaceView pdf={data.file.content} label={`${name} ${texts.face}`} />;
}
