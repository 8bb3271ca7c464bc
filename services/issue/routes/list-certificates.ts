import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { type Refusal, refuseField } from "../../domain/refusal.ts";
import type { Page } from "../../store/port.ts";
import type { IssueContext } from "../context.ts";
import type { CertificateDocument } from "../record/certificate.ts";
import { certificateSummary, stateOf } from "../record/view.ts";

const DEFAULT_PAGE_SIZE = 50;

/** Lists the calling app's certificates, newest first, all or those in one state; for staff also those of issuers within their reach. */
export function listCertificates(context: IssueContext): Handlers<typeof IssueService>["listCertificates"] {
  const { certificates } = context;
  return async ({ state, wholeReach, pageSize, pageToken }, call) => {
    const wanted = stateOf(state);
    const paging = { limit: pageSize || DEFAULT_PAGE_SIZE, ...(pageToken && { after: pageToken }) };
    const { app, officer } = appOf(call);
    if (!wholeReach) return pageOf(await certificates.list(app, wanted, paging));
    if (!officer) throw ofStaff();
    const { items, ...page } = await certificates.within(call.reach, paging);
    return pageOf({ ...page, items: wanted ? items.filter((one) => one.state === wanted) : items });
  };
}

function pageOf({ items, next = "" }: Page<CertificateDocument>) {
  return { certificates: items.map(certificateSummary), nextPageToken: next };
}

function ofStaff(): Refusal {
  const remedy = "leave it out: an app sees its own certificates";
  return refuseField(
    "INVALID_FIELD",
    "whole_reach",
    "is for staff",
    remedy,
    "该项仅供工作人员使用，应用只能查看自己的证照，请去掉",
  );
}
