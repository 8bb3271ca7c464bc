import type { ReportErrorAcrossResponse } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { atIssuer } from "../exchange/at-issuer.ts";

/** 报错 across nodes: the province passes on what its holders report, and the issuing node takes it. Words of a report stand in no evidence. */
export function reportErrorAcross(context: SyncContext): Exchange["reportErrorAcross"] {
  const { runtime } = context;
  return async (request, call) => {
    const { issuerNode, identifier, requestDigest } = request;
    const answer = await atIssuer<Pick<ReportErrorAcrossResponse, "report">>(context, call, {
      ...{ issuerNode, identifier },
      there: (exchange, options) => exchange.reportErrorAcross(request, options),
      here: (reports, options) => reports.takeErrorReport({ reported: request }, options),
    });
    const report = answer.report?.reportId ?? "";
    await runtime.evidence.append("error-report-passed", { issuerNode, identifier, request: requestDigest, report });
    return { ...(answer.report && { report: answer.report }) };
  };
}
