import type { ListReportsAcrossRequest } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { UsageContext } from "../context.ts";
import { holderReport } from "../error-reports/report-message.ts";
import { reportsOf } from "../error-reports/report-record.ts";

/** What a holder has reported of one certificate of this node, for the province at which the holder is signed in. */
export function findHolderReports({
  errorReports,
}: UsageContext): Handlers<typeof ErrorReportService>["findHolderReports"] {
  return async (request) => {
    const { holderCodeType, holderCode, identifier, ...page } = request.asked as ListReportsAcrossRequest;
    const holder = { codeType: holderCodeType, code: holderCode };
    const { items, next = "" } = await errorReports.query(reportsOf(holder, identifier, page));
    return { reports: items.map(holderReport), nextPageToken: next };
  };
}
