import { ErrorReportState } from "../../../proto/gen/ecert/usage/v1/error_report_pb.ts";
import type { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import type { UsageContext } from "../context.ts";
import { reportMessage } from "../error-reports/report-message.ts";
import { type ReportDocument, reportsWithin } from "../error-reports/report-record.ts";

const DEFAULT_PAGE_SIZE = 50;

const KEYS: Readonly<Record<string, (one: ReportDocument) => string>> = {
  certificate_name: ({ name }) => name,
  reported_at: ({ at }) => at,
};

/** What holders report of certificates of issuers within the caller's reach, all or where it holds a text. */
export function listErrorReports({
  errorReports,
}: UsageContext): Handlers<typeof ErrorReportService>["listErrorReports"] {
  return async ({ state, pageSize, pageToken, search, orderBy }, call) => {
    const answered = state === ErrorReportState.ANSWERED;
    const { items, next = "" } = await orderedPage(
      errorReports,
      {
        ...reportsWithin(call.reach, answered ? "answered" : "open"),
        descending: answered,
        limit: pageSize || DEFAULT_PAGE_SIZE,
        ...(pageToken !== "" && { after: pageToken }),
      },
      { orderBy, keys: KEYS },
      ({ name, identifier, field, text }) => holdsPart(search, [name, identifier, field, text]),
    );
    return { reports: items.map(reportMessage), nextPageToken: next };
  };
}
