import type { MessageInitShape } from "@bufbuild/protobuf";
import { type StatementReportSchema, StatementVerdict } from "../../../proto/gen/ecert/usage/v1/statement_report_pb.ts";
import type { QrReport } from "../../statement/judge-text.ts";
import { findingMessages, stateMessage } from "./report-message.ts";

const VERDICTS = {
  stated: StatementVerdict.STATED,
  invalid: StatementVerdict.INVALID,
  notInForce: StatementVerdict.NOT_IN_FORCE,
  undetermined: StatementVerdict.UNDETERMINED,
} as const;

/** A report of the text of a QR code, as the contract has it. */
export function statementMessage(report: QrReport): MessageInitShape<typeof StatementReportSchema> {
  const { statement, by } = report;
  return {
    verifiedAt: report.verifiedAt.toISOString(),
    verdict: VERDICTS[report.verdict],
    verdictText: report.verdictText,
    findings: findingMessages(report.findings),
    ...(statement && { statement: { ...statement, validTo: statement.validTo ?? "" } }),
    ...(by && {
      key: {
        node: by.node,
        key: by.key,
        since: by.since ?? "",
        until: by.until ?? "",
        listedAt: by.listedAt ?? "",
      },
    }),
    state: stateMessage(report.state),
  };
}
