import type { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Reach } from "../../domain/permit.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { UsageContext } from "../context.ts";
import { reportMessage } from "../error-reports/report-message.ts";
import type { ReportDocument } from "../error-reports/report-record.ts";

/** The issuing department answers what a holder has reported, once. */
export function answerErrorReport({
  runtime,
  errorReports,
}: UsageContext): Handlers<typeof ErrorReportService>["answerErrorReport"] {
  return async ({ reportId, answer }, call) => {
    const { caller } = call;
    if (caller.kind !== "staff") throw new Refusal("PERMISSION_DENIED", "is for staff");
    const open = requireMet(await errorReports.get(reportId), call.reach);
    if (open.state === "answered") return { report: reportMessage(requireSame(open, answer)) };
    const { identifier, department } = open;
    const at = runtime.now().toISOString();
    const line = { report: reportId, identifier, department, account: caller.account };
    await runtime.evidence.append("error-report-answered", line);
    const answered = { ...open, state: "answered" as const, answer: { text: answer, at, account: caller.account } };
    const stored = await errorReports.replace(answered);
    if (stored) return { report: reportMessage(stored) };
    // A colleague was first.
    return { report: reportMessage(requireSame(requireMet(await errorReports.get(reportId), call.reach), answer)) };
  };
}

/** One of somebody else's is refused as one that does not exist. */
function requireMet(report: ReportDocument | undefined, reach: Reach): ReportDocument {
  if (report && isWithinReach(reach, report)) return report;
  throw refuseField(
    "CASE_UNKNOWN",
    "report_id",
    "no report of your department has this name",
    "take one from ListErrorReports",
    "本部门没有这份报错，请从列表中选择",
  );
}

function requireSame(report: ReportDocument, answer: string): ReportDocument {
  if (report.answer?.text === answer) return report;
  throw refuseField(
    "STEP_REFUSED",
    "answer",
    "was given already, in other words",
    "read the answer that its holder was told",
    "该报错已经答复过，持证人已能看到，不能再改",
  );
}
