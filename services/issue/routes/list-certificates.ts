import {
  CertificateSearch,
  type IssueService,
  type ListCertificatesRequest,
} from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { type Refusal, refuseField } from "../../domain/refusal.ts";
import { fittingPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import type { Page, Query } from "../../store/port.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, messageOf, placeOfIssuer } from "../record/certificate.ts";
import { type FoundBy, foundKey } from "../record/found-by.ts";
import type { ListedBy } from "../record/repository.ts";
import { certificateSummary, stateOf } from "../record/view.ts";

const DEFAULT_PAGE_SIZE = 50;

const BY: Readonly<Record<string, ListedBy>> = { number: "number", state_since: "since" };
const KEYS = {
  number: ({ number }: CertificateDocument) => number,
  state_since: ({ stateSince }: CertificateDocument) => stateSince,
};
const FOUND: Readonly<Record<CertificateSearch, FoundBy | undefined>> = {
  [CertificateSearch.UNSPECIFIED]: undefined,
  [CertificateSearch.HOLDER_CODE]: "code",
  [CertificateSearch.HOLDER_NAME]: "name",
  [CertificateSearch.NUMBER]: "number",
  [CertificateSearch.BUSINESS_SERIAL]: "serial",
};

type Wanted = Pick<ListCertificatesRequest, "wholeReach" | "serialPrefix" | "search" | "searchBy">;

/**
 * Lists the calling app's certificates, all or those in one state, by time or in the order asked for, or those that are looked for; for staff also those of
 * issuers within their reach.
 */
export function listCertificates({ certificates }: IssueContext): Handlers<typeof IssueService>["listCertificates"] {
  return async (request, call) => {
    const { wholeReach, oldestFirst, orderBy, pageSize, pageToken } = request;
    const wanted = stateOf(request.state);
    const paging = { limit: pageSize || DEFAULT_PAGE_SIZE, ...(pageToken && { after: pageToken }) };
    const { app, officer } = appOf(call);
    if (wholeReach && !officer) throw ofStaff();
    const isSeen = (one: CertificateDocument) => {
      if (!wholeReach) return one.app === app;
      const { issuer: department, division } = placeOfIssuer(messageOf(one));
      return isWithinReach(call.reach, { department, division });
    };
    const hasState = (one: CertificateDocument) => !wanted || one.state === wanted;
    const looked = lookedFor(request, app);
    if (looked) {
      const fits = (one: CertificateDocument) => isSeen(one) && hasState(one);
      return pageOf(
        await orderedPage(certificates.collection, { ...looked, ...paging }, { orderBy, keys: KEYS }, fits),
      );
    }
    const by = BY[orderBy.replace("-", "")];
    const descending = by ? orderBy.startsWith("-") : !oldestFirst;
    if (!wholeReach) return pageOf(await certificates.list(app, wanted, { ...paging, descending }, by));
    const within = async (part: { limit: number; after?: string }) => {
      const page = await certificates.within(call.reach, { ...part, descending }, by);
      return { ...page, items: page.items.filter(hasState) };
    };
    return pageOf(await fittingPart(within, paging));
  };
}

/** The part of an index that holds what is looked for; `undefined`: nothing is. */
function lookedFor(
  { wholeReach, serialPrefix, search, searchBy }: Wanted,
  app: string,
): Omit<Query, "limit"> | undefined {
  if (serialPrefix !== "" && wholeReach) throw ofOneApp();
  if (serialPrefix !== "" && search !== "") throw oneOfTwo();
  if (serialPrefix !== "")
    return { index: "serial", equals: [app], from: serialPrefix, to: `${serialPrefix}\u{10ffff}` };
  if (search === "") return undefined;
  const by = FOUND[searchBy];
  if (!by) throw byNothing();
  return { index: "found", equals: [foundKey(by, search)] };
}

function pageOf({ items, next = "" }: Page<CertificateDocument>) {
  return { certificates: items.map(certificateSummary), nextPageToken: next };
}

function byNothing(): Refusal {
  return refuseField(
    "INVALID_FIELD",
    "search_by",
    "does not tell what `search` is",
    "say whether it is a holder's code or name, a certificate number or a business serial",
    "请说明按什么查找：持证主体代码、持证主体名称、证照编号或业务流水号",
  );
}

function oneOfTwo(): Refusal {
  return refuseField(
    "INVALID_FIELD",
    "search",
    "serial_prefix looks for something else already",
    "leave out one of the two",
    "不能与流水号开头同时查找，请去掉其中一项",
  );
}

function ofOneApp(): Refusal {
  return refuseField(
    "INVALID_FIELD",
    "serial_prefix",
    "parts of serials are looked for among those of one app",
    "leave out whole_reach, or look for the whole serial by `search`",
    "查所辖部门全部证照时须填写完整的业务流水号，请改用search",
  );
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
