import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { ErrorReportState } from "../../../proto/gen/ecert/usage/v1/error_report_pb.ts";
import { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { agoText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { said, useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Reports that are shown at once; all of them stand in the list. */
const SHOWN = 10;

/** Errors that holders report of certificates, with how long they wait for an answer. */
export function ReportsWaiting() {
  const texts = useTexts(WORKBENCH);
  const asked = { state: ErrorReportState.OPEN, pageSize: SHOWN };
  const { data, error, refetch } = useQuery(ErrorReportService.method.listErrorReports, asked, { staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  return (
    <section className="panel">
      <h2>{texts.reports}</h2>
      {data.reports.length === 0 && <p className="quiet">{texts.noReportWaits}</p>}
      <ul className="waits">
        {data.reports.map(({ reportId, certificateName, text, reportedAt }) => (
          <li key={reportId}>
            <Link to="/certificates/reports">
              {certificateName} · {text}
            </Link>{" "}
            <span className="quiet">{said(agoText(reportedAt, new Date()))}</span>
          </li>
        ))}
      </ul>
      {data.nextPageToken !== "" && <Link to="/certificates/reports">{texts.all}</Link>}
    </section>
  );
}
