import type { HolderReport } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { ErrorReportState } from "../../../proto/gen/ecert/usage/v1/error_report_pb.ts";
import type { ReportDocument } from "./report-record.ts";

/** A report as it is told to another node. */
export function holderReport({ _id, identifier, name, field, text, at, department, answer }: ReportDocument) {
  return {
    reportId: _id,
    identifier,
    certificateName: name,
    field,
    text,
    reportedAt: at,
    departmentCode: department,
    answer: answer?.text ?? "",
    answeredAt: answer?.at ?? "",
  };
}

/** A report as another node tells it, for the holder who made it. */
export function reportFrom(told: Omit<HolderReport, "$typeName" | "$unknown">) {
  const { reportId, identifier, certificateName, field, text, reportedAt, departmentCode, answer, answeredAt } = told;
  return {
    ...{ reportId, identifier, certificateName, field, text, reportedAt, departmentCode, answer, answeredAt },
    state: answeredAt === "" ? ErrorReportState.OPEN : ErrorReportState.ANSWERED,
  };
}

/** A report as the contract has it. Who answered is not told to holders, but for the department. */
export function reportMessage(document: ReportDocument) {
  return reportFrom(holderReport(document));
}
