import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { agoText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { said, useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Certificates that are shown at once; all of them stand in the list. */
const SHOWN = 10;

/** Certificates that were made and are not issued yet, with how long they wait. */
export function MadeNotIssued() {
  const texts = useTexts(WORKBENCH);
  const asked = { state: CertificateState.MADE, pageSize: SHOWN };
  const { data, error, refetch } = useQuery(IssueService.method.listCertificates, asked);
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  return (
    <section className="panel">
      <h2>{texts.madeNotIssued}</h2>
      {data.certificates.length === 0 && <p className="quiet">{texts.noneWaits}</p>}
      <ul className="waits">
        {data.certificates.map(({ identifier, name, holders, stateSince }) => (
          <li key={identifier}>
            <Link to={`/certificates/${encodeURIComponent(identifier)}`}>
              {name} · {holders.map((holder) => holder.name).join("、")}
            </Link>{" "}
            <span className="quiet">{said(agoText(stateSince, new Date()))}</span>
          </li>
        ))}
      </ul>
      {data.nextPageToken !== "" && <Link to={`/certificates?state=${CertificateState.MADE}`}>{texts.all}</Link>}
    </section>
  );
}
