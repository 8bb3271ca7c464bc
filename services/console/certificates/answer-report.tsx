import { createConnectQueryKey, useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import type { ErrorReport } from "../../../proto/gen/ecert/usage/v1/error_report_pb.ts";
import { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { TakeStep } from "../shell/take-step.tsx";
import { useTexts } from "../text/texts.ts";
import { REPORTS } from "./report-texts.ts";

const { listErrorReports, answerErrorReport } = ErrorReportService.method;

/** Asks for the answer to a report, and gives it; sent again it is the same answer. */
export function AnswerReport({ report, close }: { report: ErrorReport; close: () => void }) {
  const texts = useTexts(REPORTS);
  const client = useQueryClient();
  const readAgain = () => {
    client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: listErrorReports, cardinality: undefined }) });
    close();
  };
  const { mutate, error, isPending } = useMutation(answerErrorReport, { onSuccess: readAgain });
  const { reportId, certificateName, text } = report;
  return (
    <TakeStep
      title={`${certificateName} · ${text}`}
      step={texts.give}
      label={texts.answer}
      most={500}
      remarkHow={texts.answerHow}
      take={(answer) => mutate({ reportId, answer })}
      taking={isPending}
      fault={error && <RefusalNotice error={error} />}
      readAgain={readAgain}
      cancel={close}
    />
  );
}
