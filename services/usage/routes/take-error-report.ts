import type { ReportErrorAcrossRequest } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { UsageContext } from "../context.ts";
import { holderReport } from "../error-reports/report-message.ts";
import { takenBefore, takeReport } from "../error-reports/take-report.ts";
import { notIssuedHere, ownOne } from "../find/own-certificates.ts";

/** A report that a holder has made at the province, judged as if the holder had come here: of the holder's own certificate alone. */
export function takeErrorReport(context: UsageContext): Handlers<typeof ErrorReportService>["takeErrorReport"] {
  return async (request, call) => {
    const { holderCodeType, holderCode, ...asked } = request.reported as ReportErrorAcrossRequest;
    const { identifier, field, text } = asked;
    // What comes from another node never meets the requests of this one's holders.
    const id = sha256Hex(JSON.stringify(["ecert.report-across.v1", asked.requestDigest]));
    const reported = { holder: { codeType: holderCodeType, code: holderCode }, identifier, field, text };
    const known = await takenBefore(context, id, reported);
    if (known) return { report: holderReport(known) };
    const { record, issuedHere } = await ownOne(context, reported.holder, identifier, call);
    if (!issuedHere) throw notIssuedHere();
    return { report: holderReport(await takeReport(context, id, reported, record, call)) };
  };
}
