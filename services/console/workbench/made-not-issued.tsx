import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { ISSUE } from "../certificates/issue-texts.ts";
import { LastFaultLine } from "../certificates/last-fault.tsx";
import { agoText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { said, useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Certificates that are shown at once; all of them stand in the list. */
const SHOWN = 10;

/** Certificates that were made and are not issued yet, those that wait longest first: how long, what was in the way when that was tried last, and how it goes on. */
export function MadeNotIssued() {
  const texts = useTexts(WORKBENCH);
  const asked = { state: CertificateState.MADE, oldestFirst: true, pageSize: SHOWN };
  const { data, error, refetch } = useQuery(IssueService.method.listCertificates, asked, { staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  return (
    <section className="panel">
      <h2>{texts.madeNotIssued}</h2>
      {data.certificates.length === 0 && <p className="quiet">{texts.noneWaits}</p>}
      {data.certificates.some(({ lastFault }) => lastFault) && <p className="quiet">{said(ISSUE.nextTry)}</p>}
      <ul className="waits">
        {data.certificates.map(({ identifier, name, holders, stateSince, lastFault }) => (
          <li key={identifier}>
            <Link to={`/certificates/${encodeURIComponent(identifier)}`}>
              {name} · {holders.map((holder) => holder.name).join("、")}
            </Link>{" "}
            <span className="quiet">{said(agoText(stateSince, new Date()))}</span>
            {lastFault && (
              <div>
                <LastFaultLine fault={lastFault} />
              </div>
            )}
          </li>
        ))}
      </ul>
      {data.nextPageToken !== "" && (
        <Link to={`/certificates?state=${CertificateState.MADE}&order=oldest`}>{texts.all}</Link>
      )}
    </section>
  );
}
