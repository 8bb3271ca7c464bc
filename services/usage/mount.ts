import { HistoryService } from "../../proto/gen/ecert/event/v1/history_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { ErrorReportService } from "../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { PresentationService } from "../../proto/gen/ecert/usage/v1/presentation_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { UseNoticeService } from "../../proto/gen/ecert/usage/v1/use_notice_service_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import { historyHandlers } from "../event/history.ts";
import { outboxHandlers } from "../event/outbox.ts";
import type { UsageContext } from "./context.ts";
import { answerErrorReport } from "./routes/answer-error-report.ts";
import { beginDocument } from "./routes/begin-document.ts";
import { cancelPresentation } from "./routes/cancel-presentation.ts";
import { createPresentation } from "./routes/create-presentation.ts";
import { createUsageContext } from "./routes/create-usage-context.ts";
import { dropDocument } from "./routes/drop-document.ts";
import { extractData } from "./routes/extract-data.ts";
import { fetchFile } from "./routes/fetch-file.ts";
import { fetchOwnFile } from "./routes/fetch-own-file.ts";
import { findHolderReports } from "./routes/find-holder-reports.ts";
import { getAppUse } from "./routes/get-app-use.ts";
import { getOwnCertificate } from "./routes/get-own-certificate.ts";
import { listCertificates } from "./routes/list-certificates.ts";
import { listDepartmentUses } from "./routes/list-department-uses.ts";
import { listErrorReports } from "./routes/list-error-reports.ts";
import { listOwnCertificates } from "./routes/list-own-certificates.ts";
import { listOwnErrorReports } from "./routes/list-own-error-reports.ts";
import { listUses } from "./routes/list-uses.ts";
import { lookUpIdentifier } from "./routes/look-up-identifier.ts";
import { putDocumentPart } from "./routes/put-document-part.ts";
import { redeemPresentation } from "./routes/redeem-presentation.ts";
import { reportError } from "./routes/report-error.ts";
import { spendPresentation } from "./routes/spend-presentation.ts";
import { takeErrorReport } from "./routes/take-error-report.ts";
import { takeUse } from "./routes/take-use.ts";
import { verifyCertificate } from "./routes/verify-certificate.ts";
import { verifyDocument } from "./routes/verify-document.ts";
import { verifyQrCode } from "./routes/verify-qr-code.ts";
import { countingRefused } from "./uses/count-refused.ts";
import { limitDocumentParts, limitVerifications } from "./verification/verifications.ts";

/** What the usage service serves: to apps, to holders and who answers them, to the public, and to other nodes what holders show, to the relay. */
export function mountRoutes(context: UsageContext): MountedService[] {
  const { store, setAside, monotonic } = context.runtime;
  const limit = limitVerifications(monotonic);
  const parts = limitDocumentParts(monotonic);
  return [
    mount(UsageService, {
      createUsageContext: countingRefused(context, createUsageContext(context)),
      listCertificates: countingRefused(context, listCertificates(context)),
      verifyCertificate: countingRefused(context, verifyCertificate(context)),
      extractData: countingRefused(context, extractData(context)),
      fetchFile: countingRefused(context, fetchFile(context)),
      redeemPresentation: countingRefused(context, redeemPresentation(context)),
      listDepartmentUses: listDepartmentUses(context),
      getAppUse: getAppUse(context),
    }),
    mount(HolderService, {
      listOwnCertificates: listOwnCertificates(context),
      getOwnCertificate: getOwnCertificate(context),
      fetchOwnFile: fetchOwnFile(context),
      listUses: listUses(context),
      createPresentation: createPresentation(context),
      cancelPresentation: cancelPresentation(context),
      reportError: reportError(context),
      listOwnErrorReports: listOwnErrorReports(context),
    }),
    mount(ErrorReportService, {
      listErrorReports: listErrorReports(context),
      answerErrorReport: answerErrorReport(context),
      takeErrorReport: takeErrorReport(context),
      findHolderReports: findHolderReports(context),
    }),
    mount(PresentationService, { spendPresentation: spendPresentation(context) }),
    mount(UseNoticeService, { takeUse: takeUse(context) }),
    mount(VerifyService, {
      verifyDocument: verifyDocument(context, limit),
      beginDocument: beginDocument(context, parts),
      putDocumentPart: putDocumentPart(context, parts),
      dropDocument: dropDocument(context, parts),
      verifyQrCode: verifyQrCode(context, limit),
      lookUpIdentifier: lookUpIdentifier(context, limit),
    }),
    mount(HistoryService, historyHandlers([context.history])),
    mount(OutboxService, outboxHandlers({ collections: context.outbox, bell: context.bell, store, setAside })),
  ];
}
