import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { requestDigest } from "../../call/chain/request-id.ts";
import { type Handlers, onBehalf } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { UsageContext } from "../context.ts";
import { reportFrom, reportMessage } from "../error-reports/report-message.ts";
import { takenBefore, takeReport } from "../error-reports/take-report.ts";
import { holderOf, ownOne } from "../find/own-certificates.ts";

/** 报错: the holder tells the issuing department what is wrong in a certificate; that of another node by that node, which takes it and answers. */
export function reportError(context: UsageContext): Handlers<typeof HolderService>["reportError"] {
  return async ({ requestId, identifier, field, text }, call) => {
    const holder = holderOf(call);
    const id = requestDigest(call.caller, requestId);
    const reported = { holder, identifier, field, text };
    const known = await takenBefore(context, id, reported);
    if (known) return { report: reportMessage(known) };
    const { record, issuedHere } = await ownOne(context, holder, identifier, call);
    if (issuedHere) return { report: reportMessage(await takeReport(context, id, reported, record, call)) };
    const { report } = await context.exchange.reportErrorAcross(
      {
        ...{ issuerNode: record.node, holderCodeType: holder.codeType, holderCode: holder.code },
        ...{ identifier, requestDigest: id, field, text },
      },
      onBehalf(call),
    );
    if (!report) throw new Refusal("INTERNAL", "an answer without its report");
    call.note({ identifier, report: report.reportId });
    return { report: reportFrom(report) };
  };
}
