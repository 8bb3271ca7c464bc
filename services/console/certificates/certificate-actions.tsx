import type { DescMethodUnary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { useMutation, useQuery, useTransport } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { type Certificate, CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { mayCall } from "../shell/allowed.ts";
import { AskFirst } from "../shell/ask-first.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";
import { NotIssued } from "./issue-notice.tsx";
import { toIssue } from "./issue-run.ts";
import type { Issuing } from "./use-issuing.ts";

const {
  issueCertificate,
  discardCertificate,
  revokeCertificate,
  suspendCertificate,
  resumeCertificate,
  replaceCertificate,
  getCertificate,
  getFace,
} = IssueService.method;

/** A change that asks for its reason (4.4): from which states it leads, and by which of the two names it knows a certificate. */
interface Change {
  readonly action: "discard" | "revoke" | "suspend" | "resume";
  readonly method: DescMethodUnary;
  readonly from: readonly CertificateState[];
}
const CHANGES: readonly Change[] = [
  { action: "discard", method: discardCertificate, from: [CertificateState.MAKING, CertificateState.MADE] },
  { action: "suspend", method: suspendCertificate, from: [CertificateState.ISSUED] },
  { action: "resume", method: resumeCertificate, from: [CertificateState.SUSPENDED] },
  { action: "revoke", method: revokeCertificate, from: [CertificateState.ISSUED, CertificateState.SUSPENDED] },
];
/** States in which it is issued or discarded, both by its serial. */
const BY_SERIAL: readonly CertificateState[] = [CertificateState.MAKING, CertificateState.MADE];
/** States in which files were issued. */
const ISSUED: readonly CertificateState[] = [
  CertificateState.ISSUED,
  CertificateState.SUSPENDED,
  CertificateState.REVOKED,
  CertificateState.SUPERSEDED,
];

/** What its reader may do with a certificate as it stands: the first is what is to be done next. */
export function CertificateActions(props: {
  certificate: Certificate;
  changed: () => unknown;
  issuing: Issuing;
  shown: ReadonlyMap<string, string>;
}) {
  const { certificate, changed, issuing, shown } = props;
  const texts = useTexts(CERTIFICATES);
  const { roles } = useWho();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Change>();
  const { businessSerial, state } = certificate;
  // By its serial the node knows what this department's console has made, and another app may have one of the same serial.
  const { data: own } = useQuery(
    getCertificate,
    { businessSerial },
    { enabled: BY_SERIAL.includes(state), retry: false },
  );
  const bySerial = own?.certificate?.identifier === certificate.identifier;
  const refused = state === CertificateState.MADE ? issuing.outcomes.get(certificate.identifier) : undefined;
  const changes = CHANGES.filter(
    ({ action, method, from }) => from.includes(state) && mayCall(roles, method) && (action !== "discard" || bySerial),
  );
  return (
    <>
      <div className="actions">
        {state === CertificateState.MADE && bySerial && mayCall(roles, issueCertificate) && (
          <Button
            type="primary"
            disabled={issuing.busy}
            loading={issuing.busy}
            onClick={() => issuing.begin([toIssue(certificate)], { shown, allShown: true })}
          >
            {texts.issue}
          </Button>
        )}
        {ISSUED.includes(state) && mayCall(roles, getFace) && <Downloads identifier={certificate.identifier} />}
        {state === CertificateState.ISSUED && mayCall(roles, replaceCertificate) && (
          <Button onClick={() => navigate(`/certificates/${encodeURIComponent(certificate.identifier)}/replace`)}>
            {texts.toReplace}
          </Button>
        )}
        {changes.map((change) => (
          <Button key={change.action} danger={change.action !== "resume"} onClick={() => setAsking(change)}>
            {texts[change.action]}
          </Button>
        ))}
      </div>
      {typeof refused === "object" && <NotIssued error={refused.error} />}
      {asking && (
        <AskCause
          change={asking}
          certificate={certificate}
          done={() => {
            setAsking(undefined);
            changed();
          }}
          cancel={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

/** Asks for the reason of a change. One dialog is one request, however often its button is pressed. */
function AskCause(props: { change: Change; certificate: Certificate; done: () => void; cancel: () => void }) {
  const { change, certificate, done, cancel } = props;
  const texts = useTexts(CERTIFICATES);
  const requestId = useRef(crypto.randomUUID());
  const { mutate, error, isPending } = useMutation(change.method, { onSuccess: done });
  const { businessSerial, identifier } = certificate;
  const which = change.action === "discard" ? { businessSerial } : { identifier };
  return (
    <AskFirst
      act={texts[change.action]}
      of={certificate.name}
      wantsCause
      causeHow={texts.causeHow}
      danger={change.action !== "resume"}
      doIt={(cause) => mutate({ requestId: requestId.current, ...which, cause } as never)}
      doing={isPending}
      fault={error && <RefusalNotice error={error} />}
      cancel={cancel}
    />
  );
}

function Downloads({ identifier }: { identifier: string }) {
  const texts = useTexts(CERTIFICATES);
  const issue = createClient(IssueService, useTransport());
  const [error, setError] = useState<unknown>();
  const load = async (format: FileFormat) => {
    setError(undefined);
    await issue.getFace({ identifier, format }).then(({ file }) => file && saveFile(file), setError);
  };
  return (
    <>
      <Button onClick={() => load(FileFormat.PDF)}>{texts.pdf}</Button>
      <Button onClick={() => load(FileFormat.OFD)}>{texts.ofd}</Button>
      {error !== undefined && <RefusalNotice error={error} />}
    </>
  );
}
