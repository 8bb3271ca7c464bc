import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { type CallContext, type Handlers, onBehalf } from "../../call/chain/service.ts";
import type { HolderActor } from "../../domain/actor.ts";
import type { UsageContext } from "../context.ts";
import { reportFrom, reportMessage } from "../error-reports/report-message.ts";
import { reportsOf } from "../error-reports/report-record.ts";
import { unlessUnknown } from "../find/find.ts";
import { holderOf, ownOne } from "../find/own-certificates.ts";

/** What the caller has reported of one certificate, with the answers: here, or at the node that issued it. */
export function listOwnErrorReports(context: UsageContext): Handlers<typeof HolderService>["listOwnErrorReports"] {
  return async ({ identifier, ...page }, call) => {
    const holder = holderOf(call);
    const issuerNode = await otherIssuer(context, holder, identifier, call);
    if (issuerNode === undefined) {
      const { items, next = "" } = await context.errorReports.query(reportsOf(holder, identifier, page));
      return { reports: items.map(reportMessage), nextPageToken: next };
    }
    const { codeType: holderCodeType, code: holderCode } = holder;
    const { pageSize, pageToken } = page;
    const asked = { issuerNode, holderCodeType, holderCode, identifier, pageSize, pageToken };
    const { reports, nextPageToken } = await context.exchange.listReportsAcross(asked, onBehalf(call));
    return { reports: reports.map(reportFrom), nextPageToken };
  };
}

/** The node that issued a certificate of the holder, where that is another one. */
async function otherIssuer(context: UsageContext, holder: HolderActor, identifier: string, call: CallContext) {
  const found = await unlessUnknown(() => ownOne(context, holder, identifier, call));
  return found && !found.issuedHere ? found.record.node : undefined;
}
